import { hostsOf, systemResolver } from '../../src/webhooks/resolve';

const HOSTS = `
127.0.0.1 localhost
# 10.0.0.1 commented.example
192.0.2.7\tapi.example  Alias.Example # a comment.example
2001:db8::7 api.example
nonsense api.example
`;

describe('hostsOf', () => {
  it('finds all addresses of a name or alias, in any case', () => {
    expect(hostsOf('api.example', HOSTS)).toEqual([
      { address: '192.0.2.7', family: 4 },
      { address: '2001:db8::7', family: 6 },
    ]);
    expect(hostsOf('alias.example', HOSTS)).toEqual([{ address: '192.0.2.7', family: 4 }]);
  });

  it('knows nothing of comments and of names that are not there', () => {
    expect(hostsOf('commented.example', HOSTS)).toEqual([]);
    expect(hostsOf('comment.example', HOSTS)).toEqual([]);
    expect(hostsOf('example', HOSTS)).toEqual([]);
  });
});

describe('systemResolver', () => {
  it('resolves localhost to loopback', async () => {
    const addresses = await systemResolver('localhost');
    expect(addresses.map(({ address }) => address)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
    );
  });

  it('rejects for a name that nobody knows', async () => {
    await expect(systemResolver('no-such-name.invalid')).rejects.toThrow();
  });
});
