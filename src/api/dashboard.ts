import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';

/** Where `npm run build` puts it. */
const FOLDER = join(__dirname, '../../dist/dashboard');
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** A file's name says what is in it. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** Stricter than the other pages': no style inside the page either, and no script made of a string. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

interface Asset {
  type: string;
  /** By content coding; `identity` is the file itself. */
  bodies: Record<'identity' | 'gzip' | 'br', Buffer>;
}

/** The dashboard, from this machine alone. */
export function addDashboardRoutes(
  router: ApiRouter,
  { config, hasStream }: Pick<ApiDeps, 'config'> & { hasStream: boolean },
): void {
  const { tickers, quoteTtlMs, ingestIntervalMs, market } = config;
  const page = readPage({ tickers, quoteTtlMs, ingestIntervalMs, market, hasStream });
  const assets = readAssets();

  router.get('/', (ctx) => {
    if (page === undefined) throw httpError(503, 'The dashboard is not built; run npm run build');
    ctx.set('Content-Security-Policy', POLICY);
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.type = 'html';
    ctx.body = page;
  });

  router.get('/assets/:name', (ctx) => {
    const asset = assets.get(ctx.params.name ?? '');
    if (asset === undefined) throw httpError(404, 'Not Found');
    sendAsset(ctx, asset);
  });
}

function sendAsset(ctx: ApiContext, { type, bodies }: Asset): void {
  const coding = ctx.acceptsEncodings('br', 'gzip', 'identity') as keyof Asset['bodies'] | false;
  const body = bodies[coding || 'identity'];
  ctx.set('Cache-Control', FOR_GOOD);
  ctx.vary('Accept-Encoding');
  if (coding && coding !== 'identity') ctx.set('Content-Encoding', coding);
  ctx.type = type;
  ctx.body = body;
}

/** The page, told what no call of the API says: which tickers there are, and how long a quote is good. */
function readPage(settings: object): Buffer | undefined {
  const path = join(FOLDER, 'index.html');
  if (!existsSync(path)) return undefined;
  const quoted = JSON.stringify(settings)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;');
  return Buffer.from(readFileSync(path, 'utf8').replace('%SETTINGS%', () => quoted));
}

function readAssets(): Map<string, Asset> {
  const folder = join(FOLDER, 'assets');
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => TYPES[extname(name)] !== undefined);
  return new Map(names.map((name) => [name, readAsset(join(folder, name))]));
}

function readAsset(path: string): Asset {
  const packed = (suffix: string) => readFileSync(path + suffix);
  return {
    type: TYPES[extname(path)] as string,
    bodies: { identity: packed(''), gzip: packed('.gz'), br: packed('.br') },
  };
}
