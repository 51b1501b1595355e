/**
 * What is used of KEDA's ScaledObject with its temporal trigger, from https://keda.sh/docs/2.22/scalers/temporal/ and
 * https://keda.sh/docs/2.22/reference/scaledobject-spec/; not KEDA's own schema.
 */
const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const closed = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export const SCALED_OBJECT = closed(
  {
    apiVersion: { const: 'keda.sh/v1alpha1' },
    kind: { const: 'ScaledObject' },
    metadata: closed({ name: text, labels: { type: 'object', additionalProperties: text } }, ['name']),
    spec: closed(
      {
        scaleTargetRef: closed({ apiVersion: text, kind: text, name: text }, ['name']),
        minReplicaCount: count,
        maxReplicaCount: count,
        pollingInterval: count,
        cooldownPeriod: count,
        triggers: {
          type: 'array',
          minItems: 1,
          items: closed(
            {
              type: { const: 'temporal' },
              metadata: closed(
                {
                  endpoint: text,
                  namespace: text,
                  taskQueue: text,
                  queueTypes: {
                    type: 'string',
                    pattern: '^(workflow|activity|nexus)(,(workflow|activity|nexus))*$',
                  },
                  targetQueueSize: { type: 'string', pattern: '^\\d+$' },
                  activationTargetQueueSize: { type: 'string', pattern: '^\\d+$' },
                },
                ['endpoint', 'taskQueue'],
              ),
              authenticationRef: closed({ name: text }, ['name']),
            },
            ['type', 'metadata'],
          ),
        },
      },
      ['scaleTargetRef', 'triggers'],
    ),
  },
  ['apiVersion', 'kind', 'metadata', 'spec'],
);
