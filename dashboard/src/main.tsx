import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import './live/firings';
import './live/stream';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app';
import { clearFeeds } from './live/feed';
import { apiKey } from './session';

effect(() => {
  if (apiKey.value === null) clearFeeds();
});
render(<App />, document.getElementById('app') as HTMLElement);
