import { startFaultProxy } from '../../chaos/fault-proxy';
import { ALERT, addUser, useApi } from '../api/api';
import { eventually } from '../support/eventually';
import { startPricehook } from './run';

const api = useApi();

describe('pricehook alerts watch', () => {
  it('prints events as they happen, and after a break those that it missed; Ctrl-C ends it with 0', async () => {
    const user = await addUser(api().db);
    const proxy = await startFaultProxy(Number(new URL(api().url).port));
    const { child, ended } = startPricehook(['alerts', 'watch', '--json'], {
      PRICEHOOK_URL: `http://127.0.0.1:${proxy.port}`,
      PRICEHOOK_API_KEY: user.key,
    });
    try {
      let printed = '';
      child.stdout.on('data', (piece) => {
        printed += piece;
      });
      let said = '';
      child.stderr.on('data', (piece) => {
        said += piece;
      });
      const makeAlert = async (target_price: number) =>
        expect(
          await api().ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price } }),
        ).toMatchObject({ status: 201 });
      const targets = () =>
        printed
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as { type: string; data: { target_price: number } })
          .map(({ type, data }) => [type, data.target_price]);
      // What comes before anything else on a stream that has begun.
      await eventually(() => expect(said).toContain('recorded, not real'));
      await makeAlert(1);
      await eventually(() => expect(targets()).toEqual([['alert.created', 1]]));
      proxy.set({ kind: 'cut' });
      await eventually(() => expect(said).toMatch(/The stream broke: .*; trying again in [\d.]+ s\n/));
      await makeAlert(2);
      await makeAlert(3);
      proxy.set({ kind: 'none' });
      await eventually(() =>
        expect(targets()).toEqual([
          ['alert.created', 1],
          ['alert.created', 2],
          ['alert.created', 3],
        ]),
      );
      child.kill('SIGINT');
      expect((await ended).code).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await ended;
      await proxy.close();
    }
  }, 120_000);
});
