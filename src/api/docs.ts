import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ApiMiddleware, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { openApiDocument } from './openapi/document';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Pricehook API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/initializer.js"></script>
  </body>
</html>
`;

/**
 * A file of its own, since the content security policy allows no script inside the page. Swagger UI itself keeps keys in
 * the local storage, for good; here they are forgotten with the tab.
 */
const INITIALIZER = `const KEPT = 'pricehook-docs-authorized';
const keepForTab = ({ authSelectors }) => () =>
  sessionStorage.setItem(KEPT, JSON.stringify(authSelectors.authorized().toJS()));
const plugin = {
  statePlugins: {
    auth: {
      wrapActions: { persistAuthorizationIfNeeded: (_original, system) => keepForTab(system) },
    },
  },
};
// Where it was kept before.
localStorage.removeItem('authorized');
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  plugins: [plugin],
  onComplete: () => {
    const kept = sessionStorage.getItem(KEPT);
    if (kept !== null) window.ui.authActions.restoreAuthorization({ authorized: JSON.parse(kept) });
  },
});
`;

const SWAGGER_FILES = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

const swaggerFolder = dirname(require.resolve('swagger-ui-dist/package.json'));

/** Swagger UI, from this machine alone, and the description that it shows. */
export function addDocsRoutes(router: ApiRouter, { config }: Pick<ApiDeps, 'config'>): void {
  router.get('/openapi.json', always('json', JSON.stringify(openApiDocument(config.tickers))));
  router.get('/docs', always('html', PAGE));
  router.get('/docs/initializer.js', always('text/javascript', INITIALIZER));
  for (const [file, type] of Object.entries(SWAGGER_FILES)) {
    const content = readFileSync(join(swaggerFolder, file));
    router.get(`/docs/${file}`, cacheable(content), always(type, content));
  }
}

/** One buffer for all answers: with one each, whoever asks and does not read would fill the memory. */
function always(type: string, content: string | Buffer): ApiMiddleware {
  const body = Buffer.from(content);
  return (ctx) => {
    ctx.type = type;
    ctx.body = body;
  };
}

function cacheable(content: Buffer): ApiMiddleware {
  const etag = createHash('sha256').update(content).digest('base64url');
  return (ctx, next) => {
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.status = 200;
    ctx.etag = etag;
    if (!ctx.fresh) return next();
    ctx.status = 304;
  };
}
