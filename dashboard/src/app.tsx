import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { Alerts } from './pages/alerts';
import { Data } from './pages/data';
import { Deliveries } from './pages/deliveries';
import { Endpoints } from './pages/endpoints';
import { Market } from './pages/market';
import { Settings } from './pages/settings';
import { SignIn } from './pages/sign-in';
import { type Page, route } from './route';
import { apiKey } from './session';
import { Questions } from './ui/dialog';
import { Shell } from './ui/shell';
import { Toasts } from './ui/toasts';

const PAGES: Record<Page, FunctionComponent> = {
  market: Market,
  alerts: Alerts,
  deliveries: Deliveries,
  endpoints: Endpoints,
  data: Data,
  settings: Settings,
};

export function App() {
  const { page } = route.value;
  const isIn = apiKey.value !== null;
  useEffect(() => {
    const name = `${page.charAt(0).toUpperCase()}${page.slice(1)}`;
    document.title = isIn ? `${name} · Pricehook` : 'Pricehook';
    scrollTo(0, 0);
  }, [page, isIn]);
  const Shown = PAGES[page];
  return (
    <>
      {isIn ? (
        <Shell>
          <Shown />
        </Shell>
      ) : (
        <SignIn />
      )}
      <Questions />
      <Toasts />
    </>
  );
}
