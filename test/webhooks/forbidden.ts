/** Blocks that a webhook must not reach, with an address of each: the IANA special-purpose registries. */
export const FORBIDDEN_V4: Record<string, string[]> = {
  '0.0.0.0/8': ['0.0.0.0', '0.1.2.3'],
  '10.0.0.0/8': ['10.0.0.1', '10.255.255.255'],
  '100.64.0.0/10': ['100.64.0.1', '100.127.255.255'],
  '127.0.0.0/8': ['127.0.0.1', '127.255.255.254'],
  '169.254.0.0/16': ['169.254.169.254'],
  '172.16.0.0/12': ['172.16.0.1', '172.31.255.255'],
  '192.0.0.0/24': ['192.0.0.8', '192.0.0.192'],
  '192.0.2.0/24': ['192.0.2.1'],
  '192.88.99.0/24': ['192.88.99.1'],
  '192.168.0.0/16': ['192.168.1.1'],
  '198.18.0.0/15': ['198.18.0.1', '198.19.255.255'],
  '198.51.100.0/24': ['198.51.100.7'],
  '203.0.113.0/24': ['203.0.113.9'],
  '224.0.0.0/4': ['224.0.0.1', '239.255.255.250'],
  '240.0.0.0/4': ['240.0.0.1', '255.255.255.255'],
  '168.63.129.16/32': ['168.63.129.16'],
};

export const FORBIDDEN_V6: Record<string, string[]> = {
  '::/128': ['::'],
  '::1/128': ['::1'],
  'fe80::/10': ['fe80::1', 'febf::1'],
  'fc00::/7': ['fc00::1', 'fd12:3456::1'],
  'fec0::/10': ['fec0::1'],
  'ff00::/8': ['ff02::1'],
  '2001:db8::/32': ['2001:db8::1'],
  '3fff::/20': ['3fff:0fff::1'],
  '100::/64': ['100::1'],
  '100:0:0:1::/64': ['100:0:0:1::1'],
  '2001::/32 (Teredo)': ['2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  '2002::/16 (6to4)': ['2002:7f00:1::', '2002:808:808::1'],
  '64:ff9b::/96': ['64:ff9b::7f00:1', '64:ff9b::808:808'],
  '64:ff9b:1::/48': ['64:ff9b:1::a00:1'],
  '5f00::/16': ['5f00::1'],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe'],
  'IPv4-compatible': ['::127.0.0.1', '::8.8.8.8', '::808:808'],
  'IPv4-translated': ['::ffff:0:7f00:1'],
};

export const FORBIDDEN = Object.entries({ ...FORBIDDEN_V4, ...FORBIDDEN_V6 }).flatMap(([block, addresses]) =>
  addresses.map((address) => ({ block, address })),
);

export const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  // Beside forbidden blocks.
  '1.0.0.0',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '128.0.0.0',
  '168.63.129.15',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '203.0.112.255',
  '203.0.114.0',
  '223.255.255.255',
  '2001:db9::1',
  '2003::1',
  '2606:4700:4700::1111',
];

/**
 * Spellings of addresses and hosts that lead, or might lead, to this machine or its network, and the words in which they are
 * refused.
 */
export const FORBIDDEN_URLS = [
  {
    spelling: 'decimal',
    url: 'http://2130706433/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'octal',
    url: 'http://0177.0.0.1/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'octal with leading zeros',
    url: 'http://0000177.0.0.01/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'hexadecimal',
    url: 'http://0x7f000001/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'hexadecimal in parts',
    url: 'http://0x7f.0x0.0x0.0x1/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'mixed',
    url: 'http://0x7f.1/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  { spelling: 'short', url: 'http://127.1/', reason: '127.0.0.1 is an address that webhooks may not reach.' },
  { spelling: 'zero', url: 'http://0/', reason: '0.0.0.0 is an address that webhooks may not reach.' },
  {
    spelling: 'full-width digits',
    url: 'http://１２７.0.0.１/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'enclosed digits',
    url: 'http://①②⑦.⓪.⓪.①/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'ideographic dots',
    url: 'http://127。0。0。1/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'percent-encoded',
    url: 'http://%31%32%37.0.0.1/',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'percent-encoded name',
    url: 'http://%6cocalhost/',
    reason: 'localhost resolves to an address that webhooks may not reach.',
  },
  {
    spelling: 'soft hyphen',
    url: 'http://local\u00adhost/',
    reason: 'The URL holds a space, a control character or a backslash.',
  },
  {
    spelling: 'trailing dot',
    url: 'http://127.0.0.1./',
    reason: '127.0.0.1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'trailing dot after a name',
    url: 'http://localhost./',
    reason: 'localhost resolves to an address that webhooks may not reach.',
  },
  { spelling: 'two trailing dots', url: 'http://localhost../', reason: 'localhost. is not a host name.' },
  {
    spelling: 'capitals',
    url: 'http://LOCALHOST/',
    reason: 'localhost resolves to an address that webhooks may not reach.',
  },
  { spelling: 'IPv6', url: 'http://[::1]/', reason: '::1 is an address that webhooks may not reach.' },
  {
    spelling: 'IPv6 written out',
    url: 'http://[0:0:0:0:0:0:0:1]/',
    reason: '::1 is an address that webhooks may not reach.',
  },
  {
    spelling: 'IPv4 in IPv6',
    url: 'http://[::ffff:127.0.0.1]/',
    reason: '::ffff:7f00:1 is an address that webhooks may not reach.',
  },
  { spelling: 'a zone', url: 'http://[fe80::1%25eth0]/', reason: 'This is not a URL.' },
  {
    spelling: 'user',
    url: 'http://user@hooks.example.com/',
    reason: 'The URL holds a user name or a password.',
  },
  {
    spelling: 'user and password',
    url: 'http://user:secret@hooks.example.com/',
    reason: 'The URL holds a user name or a password.',
  },
  {
    spelling: 'empty user',
    url: 'http://@hooks.example.com/',
    reason: 'The URL holds a user name or a password.',
  },
  {
    spelling: 'a host as user',
    url: 'http://hooks.example.com@127.0.0.1/',
    reason: 'The URL holds a user name or a password.',
  },
  {
    spelling: 'backslashes',
    url: 'http:\\\\hooks.example.com\\',
    reason: 'The URL holds a space, a control character or a backslash.',
  },
  {
    spelling: 'a backslash before @',
    url: 'http://hooks.example.com\\@127.0.0.1/',
    reason: 'The URL holds a space, a control character or a backslash.',
  },
  {
    spelling: 'one slash',
    url: 'http:/hooks.example.com/',
    reason: 'The URL does not begin with http:// or https:// and a host.',
  },
  {
    spelling: 'three slashes',
    url: 'http:///hooks.example.com/',
    reason: 'The URL does not begin with http:// or https:// and a host.',
  },
  {
    spelling: 'no slashes',
    url: 'http:hooks.example.com',
    reason: 'The URL does not begin with http:// or https:// and a host.',
  },
  {
    spelling: 'a tab',
    url: 'http://hooks.exam\tple.com/',
    reason: 'The URL holds a space, a control character or a backslash.',
  },
  {
    spelling: 'a line break',
    url: 'http://hooks.example.com/\r\nx: y',
    reason: 'The URL holds a space, a control character or a backslash.',
  },
  {
    spelling: 'a leading space',
    url: ' http://hooks.example.com/',
    reason: 'The URL holds a space, a control character or a backslash.',
  },
  {
    spelling: 'dotless',
    url: 'http://intranet/',
    reason: 'intranet is a name without a dot; give the full host name.',
  },
  {
    spelling: 'dotless with a dot at its end',
    url: 'http://intranet./',
    reason: 'intranet is a name without a dot; give the full host name.',
  },
  {
    spelling: 'localhost',
    url: 'http://localhost/',
    reason: 'localhost resolves to an address that webhooks may not reach.',
  },
  {
    spelling: '*.localhost',
    url: 'http://a.localhost/',
    reason: 'a.localhost is a name of a private network.',
  },
  {
    spelling: '*.local',
    url: 'http://printer.local/',
    reason: 'printer.local is a name of a private network.',
  },
  {
    spelling: '*.internal',
    url: 'http://metadata.google.internal/',
    reason: 'metadata.google.internal is a name of a private network.',
  },
  {
    spelling: '*.internal with a trailing dot',
    url: 'http://metadata.google.internal./',
    reason: 'metadata.google.internal is a name of a private network.',
  },
  {
    spelling: 'an empty label',
    url: 'http://hooks..example.com/',
    reason: 'hooks..example.com is not a host name.',
  },
  { spelling: 'ftp', url: 'ftp://hooks.example.com/', reason: 'Only http and https URLs are called.' },
  { spelling: 'file', url: 'file:///etc/passwd', reason: 'Only http and https URLs are called.' },
  { spelling: 'javascript', url: 'javascript:alert(1)', reason: 'Only http and https URLs are called.' },
  { spelling: 'no URL', url: 'hooks.example.com', reason: 'This is not a URL.' },
  { spelling: 'nothing', url: '', reason: 'This is not a URL.' },
  {
    spelling: 'a port that is not allowed',
    url: 'http://hooks.example.com:22/',
    reason: 'Port 22 is not one that webhooks may use: 80, 443, 8080, 8443.',
  },
  {
    spelling: 'port 0',
    url: 'http://hooks.example.com:0/',
    reason: 'Port 0 is not one that webhooks may use: 80, 443, 8080, 8443.',
  },
  {
    spelling: 'too long once it is encoded',
    url: `http://hooks.example.com/${'€'.repeat(300)}`,
    reason: 'The URL is longer than 2048 characters.',
  },
  {
    spelling: 'too long',
    url: `http://hooks.example.com/${'a'.repeat(2048)}`,
    reason: 'The URL is longer than 2048 characters.',
  },
];
