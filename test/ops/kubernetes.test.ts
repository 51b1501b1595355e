import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parseAllDocuments } from 'yaml';
import { VARIABLE_NAMES, type VariableName } from '../../src/config';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { loadSettings } from '../../src/settings';
import schemas from './kubernetes-1.34.json';
import { SCALED_OBJECT } from './scaled-object';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: its form is what the schema says
  spec?: any;
}

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'ops/kubernetes');
const manifests = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')))
  .map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Manifest;
  });
const named = (kind: string, name: string) =>
  manifests.find((one) => one.kind === kind && one.metadata.name.startsWith(name)) as Manifest;
const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');

/** Kubernetes' own schemas of the kinds that are used, which take no field that Kubernetes does not know. */
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true }).addSchema(
  schemas,
  'kubernetes',
);
ajv.addSchema(SCALED_OBJECT, 'keda.sh/v1alpha1/ScaledObject');

function schemaOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  if (apiVersion.startsWith('keda.sh/')) return `${apiVersion}/${kind}`;
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  return `kubernetes#/definitions/io.k8s.api.${group.replace('.k8s.io', '')}.${version}.${kind}`;
}

const complaints = (manifest: Manifest) => {
  ajv.validate(schemaOf(manifest), manifest);
  return (ajv.errors ?? []).map(({ instancePath, message, params }) => ({ instancePath, message, params }));
};

/** What the documentation puts into the Secret. */
const secretNames = [
  ...readFileSync(join(ROOT, 'docs/deployment.md'), 'utf8').matchAll(/--from-literal=(\w+)=/g),
].map((match) => match[1] as string);
const TEMPORAL_NAMES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
];

describe('ops/kubernetes', () => {
  it.each(manifests.map((one) => [`${one.kind} ${one.metadata.name}`, one]))(
    '%s is of its schema',
    (_name, one) => {
      expect(complaints(one as Manifest)).toEqual([]);
    },
  );

  it('would be told of a field that is none', () => {
    const broken = structuredClone(named('Deployment', 'pricehook-api'));
    broken.spec.template.spec.containers[0].readinesProbe = {};
    broken.spec.replicas = 'two';
    delete broken.spec.selector;
    expect(complaints(broken).map(({ instancePath }) => instancePath)).toEqual(
      expect.arrayContaining(['/spec', '/spec/replicas', '/spec/template/spec/containers/0']),
    );
  });

  it('names variables that there are, with values that are taken', () => {
    const set = { ...named('ConfigMap', 'pricehook').data } as Record<string, string>;
    for (const { spec } of workloads)
      for (const { name, value } of spec.template.spec.containers[0].env ?? []) set[name] = value;
    const names = [...Object.keys(set), ...secretNames];
    expect(secretNames).toEqual(expect.arrayContaining(['DATABASE_URL', 'SECRETS_KEY']));
    for (const name of names)
      if (!TEMPORAL_NAMES.includes(name)) expect(VARIABLE_NAMES).toContain(name as VariableName);
    const { config, temporal } = loadSettings({
      ...set,
      TEMPORAL_CONFIG_FILE: join(FOLDER, 'no-such.toml'),
      DATABASE_URL: 'postgres://pricehook@postgres/pricehook',
      SECRETS_KEY: 'a'.repeat(64),
    });
    expect(temporal?.connectionOptions.address).toBe(set.TEMPORAL_ADDRESS);
    expect(config).toMatchObject({
      market: 'live',
      trustedProxies: 1,
      embedded: { postgres: false, temporal: false },
    });
  });

  it.each(workloads.map((one) => [one.metadata.name, one]))('%s runs without privileges', (_name, one) => {
    const pod = (one as Manifest).spec.template.spec;
    const [container] = pod.containers;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(container.resources.requests).toMatchObject({
      cpu: expect.any(String),
      memory: expect.any(String),
    });
    expect(container.resources.limits.memory).toEqual(expect.any(String));
  });

  it.each(['api', 'worker'])('probes the %s, selects it, and never evicts all of it', (component) => {
    const { spec, metadata } = named('Deployment', `pricehook-${component}`);
    const [container] = spec.template.spec.containers;
    const ports = container.ports.map(({ name }: { name: string }) => name);
    expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
    expect(container.livenessProbe.httpGet.path).toBe('/health/live');
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect(ports).toContain(container[probe].httpGet.port);
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    expect(named('PodDisruptionBudget', metadata.name).spec.selector).toEqual(spec.selector);
  });

  it('scales the worker by the queue that there is', () => {
    const { spec } = manifests.find(({ kind }) => kind === 'ScaledObject') as Manifest;
    expect(spec.scaleTargetRef.name).toBe(named('Deployment', 'pricehook-worker').metadata.name);
    const [{ metadata }] = spec.triggers;
    expect(metadata.taskQueue).toBe(TASK_QUEUES.alerts);
    const { data } = named('ConfigMap', 'pricehook');
    expect([metadata.endpoint, metadata.namespace]).toEqual([
      data?.TEMPORAL_ADDRESS,
      data?.TEMPORAL_NAMESPACE,
    ]);
  });
});
