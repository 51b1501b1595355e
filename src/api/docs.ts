import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { openApiDocument } from './openapi';

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

/** A file of its own, since the content security policy allows no script inside the page. */
const INITIALIZER = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
});
`;

const SWAGGER_FILES = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
  ['favicon-32x32.png', 'image/png'],
]);

const swaggerFolder = dirname(require.resolve('swagger-ui-dist/package.json'));

/** Swagger UI, from this machine alone, and the description that it shows. */
export function addDocsRoutes(router: ApiRouter, { config }: Pick<ApiDeps, 'config'>): void {
  const document = openApiDocument(config.tickers);

  router.get('/openapi.json', (ctx) => {
    ctx.body = document;
  });

  router.get('/docs', (ctx) => {
    ctx.type = 'html';
    ctx.body = PAGE;
  });

  router.get('/docs/initializer.js', (ctx) => {
    ctx.type = 'text/javascript';
    ctx.body = INITIALIZER;
  });

  router.get('/docs/:file', async (ctx) => {
    const file = ctx.params.file ?? '';
    const type = SWAGGER_FILES.get(file);
    if (type === undefined) throw httpError(404, 'Not Found');
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.type = type;
    ctx.body = await readFile(join(swaggerFolder, file));
  });
}
