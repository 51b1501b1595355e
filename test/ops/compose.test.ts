import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Service {
  image: string;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { test: string[] };
  restart?: string;
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string | null>;
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas: string };
  profiles?: string[];
}

const ROOT = join(__dirname, '../..');
const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
/** Services that do their work and end. */
const ENDS = ['setup', 'temporal-schema'];

describe('docker-compose.yml', () => {
  it.each(services)('%s is pinned, is not root and writes to volumes and memory only', (_name, service) => {
    expect(service.image).toMatch(/:v?\d+\.\d+[\w.-]*$/);
    expect(service.user).toMatch(/^(?!root$|0$)\w+$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('has a health check for whatever goes on running, and waits for it', () => {
    const going = services.filter(([name]) => !ENDS.includes(name));
    for (const [name, service] of going)
      expect({ name, test: service.healthcheck?.test.length ?? 0 }).not.toMatchObject({ test: 0 });
    for (const [, service] of services) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(compose.services[name]).toBeDefined();
        const isOver = ENDS.includes(name);
        expect(condition).toBe(isOver ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  it('publishes the proxy, the Web UI and the dashboard on loopback, and nothing else', () => {
    const published = services.filter(([, service]) => service.ports !== undefined);
    expect(published.map(([name]) => name).toSorted()).toEqual(['grafana', 'proxy', 'temporal-ui']);
    for (const port of published.flatMap(([, service]) => service.ports ?? []))
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has no password or key in it', () => {
    for (const [, { environment = {} }] of services) {
      const secrets = Object.entries(environment).filter(([name]) =>
        /PASSWORD|_PWD$|_KEY$|SECRET/.test(name),
      );
      for (const [, value] of secrets) expect(value ?? '').toMatch(/^$|^\$\{[^}]*\}$/);
    }
    expect(text).toMatch(/SECRETS_KEY: "\$\{SECRETS_KEY:\?/);
    expect(text).toMatch(/pricehook:\$\{POSTGRES_PASSWORD:\?/);
    expect(text).not.toMatch(/PASSWORD:-/);
  });

  it('runs two of the API and of the worker, and trusts the one proxy', () => {
    const { api, worker, proxy } = compose.services as Record<'api' | 'worker' | 'proxy', Service>;
    expect(api.deploy?.replicas).toMatch(/:-2\}$/);
    expect(worker.deploy?.replicas).toMatch(/:-2\}$/);
    expect(api.environment?.TRUST_PROXY).toMatch(/^\$\{TRUST_PROXY:-1\}$/);
    expect(proxy.depends_on).toEqual({ api: { condition: 'service_healthy' } });
  });

  it('mounts what is there', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((one) => one.split(':')[0] ?? ''));
    for (const from of mounted) {
      if (from.startsWith('.'))
        expect({ from, exists: existsSync(join(ROOT, from)) }).toMatchObject({ exists: true });
      else expect(Object.keys(compose.volumes)).toContain(from);
    }
  });
});

describe('programs that containers run', () => {
  it('do something: dist/cli.js by itself does nothing, and ends with 0', () => {
    const kubernetes = readFileSync(join(ROOT, 'ops/kubernetes/migrate.yaml'), 'utf8');
    for (const file of [text, kubernetes]) {
      expect(file).toMatch(/"?node"?, "?bin\/pricehook\.js"?, "?migrate"?/);
      expect(file).not.toContain('dist/cli.js');
    }
  });
});

describe('Dockerfile', () => {
  it('builds in one stage, runs from another, and not as root', () => {
    const file = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const stages = [...file.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
    expect(new Set(stages).size).toBe(1);
    expect(stages.length).toBeGreaterThan(1);
    expect(stages[0]).toMatch(/:\d+\.\d+\.\d+-/);
    expect(file.slice(file.lastIndexOf('FROM '))).toMatch(/^USER node$/m);
  });
});
