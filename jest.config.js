/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$|/node_modules/hyparquet.*\\.js$|/clients/typescript/index\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } },
    ],
  },
  // lru-cache and the like publish CommonJS beside their modules; hyparquet has modules only: Node can require them, jest can't.
  transformIgnorePatterns: ['/node_modules/(?!hyparquet)'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  // Most suites wait for servers of their own more than they compute: two at a time take little more than half as long.
  maxWorkers: 2,
};
