import { readConfig } from '../../src/config';
import { startWarnings } from '../../src/dev/warnings';

const DATABASE_URL = 'postgres://localhost/pricehook';

describe('startWarnings', () => {
  it('says nothing of an ordinary start', () => {
    expect(startWarnings(readConfig({}, false), 1000)).toEqual([]);
  });

  it('names what runs as root', () => {
    expect(startWarnings(readConfig({}, false), 0)).toEqual([
      'The API, the workers and Temporal run as root; to start as an ordinary user is safer.',
    ]);
    expect(startWarnings(readConfig({}, true), 0)).toEqual([expect.not.stringContaining('Temporal')]);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'pricehook.example'])(
    'warns of webhooks to loopback when HOST is %s',
    (HOST) => {
      expect(startWarnings(readConfig({ HOST }, false), 1000)).toEqual([
        expect.stringMatching(
          /^Warning: HOST is .*Setting WEBHOOK_ALLOWED_NETWORKS to nothing closes that\.$/,
        ),
      ]);
    },
  );

  it.each([
    ['HOST is loopback', { HOST: '127.0.0.2' }, false],
    ['HOST is the other loopback', { HOST: '::1' }, false],
    ['HOST is localhost', { HOST: 'localhost' }, false],
    ['no network is allowed', { HOST: '0.0.0.0', WEBHOOK_ALLOWED_NETWORKS: '' }, false],
    ['another network is allowed', { HOST: '0.0.0.0', WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/8' }, false],
    ['nothing is embedded', { HOST: '0.0.0.0', DATABASE_URL }, true],
  ])('says nothing when %s', (_, env, externalTemporal) => {
    expect(startWarnings(readConfig(env, externalTemporal), 1000)).toEqual([]);
  });
});
