/**
 * The directions in which imports may go: main → app → http → {context, directives, resolvers} → {identity, impersonation →
 * audit} → {tokens, loaders, stores} → policy → domain → {errors, platform}. Each rule says why it is there.
 */
const layers = [
  { name: 'main', path: '^src/(main\\.ts|commands/)' },
  { name: 'app', path: '^src/(index\\.ts|app\\.ts|app/|development/)' },
  { name: 'http', path: '^src/http/' },
  { name: 'surface', path: '^(src/context/|src/upstreams/|directives/|resolvers/|src/generated/)' },
  { name: 'use cases', path: '^src/(identity|impersonation)/' },
  { name: 'audit', path: '^src/audit/' },
  { name: 'means', path: '^src/(tokens|loaders|stores)/' },
  { name: 'config', path: '^src/config/' },
  { name: 'policy', path: '^src/policy/' },
  { name: 'domain', path: '^src/domain/' },
  { name: 'ground', path: '^src/(errors|platform)/' },
];

/** A layer may not import any layer above it. */
const downwards = layers.slice(1).map((layer, index) => ({
  name: `${layer.name.replace(' ', '-')}-imports-downwards`,
  severity: 'error',
  comment: 'A lower layer that knows an upper one can no longer be understood, tested or trusted by itself.',
  from: { path: layer.path },
  to: {
    path: layers
      .slice(0, index + 1)
      // What resolvers get (src/context) names the services of the use cases below it; their generated types come back up.
      .filter((upper) => !(layer.name === 'config' && ['means'].includes(upper.name)))
      .map((upper) => upper.path),
  },
}));

/** A package that only some places may import. */
function only(name, pattern, allowed, comment) {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: '^(src|directives|resolvers|examples)/', pathNot: allowed },
    to: { path: pattern },
  };
}

module.exports = {
  forbidden: [
    ...downwards,
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'In a cycle nothing can be read first.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-app-names-a-concrete-store',
      severity: 'error',
      comment: 'Everything else works over the ports, so that it works over every store.',
      from: { path: '^(src|directives|resolvers)/', pathNot: ['^src/app/', '^src/stores/(embedded|mongo)/'] },
      to: { path: '^src/stores/(embedded|mongo)/' },
    },
    {
      name: 'stores-know-nothing-of-each-other',
      severity: 'error',
      comment: 'A store that leans on the other is not a second proof of the contract.',
      from: { path: '^src/stores/(embedded|mongo)/' },
      to: { path: '^src/stores/(embedded|mongo)/', pathNot: '^src/stores/$1/' },
    },
    {
      name: 'starts-no-program-and-runs-no-text',
      severity: 'error',
      comment: 'What cannot start a program or make code of a text cannot be talked into it.',
      from: { path: '^(src|directives|resolvers)/' },
      to: { path: '^(node:)?(child_process|vm)$' },
    },
    only(
      'graphql-stays-in-the-surface',
      'node_modules/(graphql|@graphql-tools|@apollo)/',
      [
        '^src/(app|http|context|generated|upstreams/(composition|execution|transport)|host-module\\.ts)',
        '^directives/',
        '^resolvers/',
        // Services of their own, each on a GraphQL server of its own.
        '^examples/federation/',
      ],
      'Identity, policy and audit must not depend on how they are asked.',
    ),
    only(
      'only-tokens-and-downstream-import-jose',
      'node_modules/jose/',
      ['^src/(tokens|downstream)/'],
      'Two places to review for RFC 8725: what the gateway signs and reads, and what services behind it read.',
    ),
    {
      name: 'downstream-stands-alone',
      severity: 'error',
      comment: 'Services load it without the gateway: it may need nothing but jose, on any JavaScript runtime.',
      from: { path: '^src/downstream/' },
      to: { pathNot: ['^src/downstream/', 'node_modules/jose/'] },
    },
    {
      name: 'nothing-but-examples-imports-downstream',
      severity: 'error',
      comment:
        'The gateway mints what services verify; were it to verify by the same code, one mistake would be right twice.',
      from: { path: '^(src|directives|resolvers)/', pathNot: '^src/downstream/' },
      to: { path: '^src/downstream/' },
    },
    {
      name: 'identity-onward-knows-identity-and-tokens-only',
      severity: 'error',
      comment: 'Who an upstream is told is in effect must not depend on what is asked of it.',
      from: { path: '^src/upstreams/(identity-onward|outbound-headers|forwarded-headers)\\.ts$' },
      to: {
        path: '^(src|directives|resolvers)/|node_modules/',
        pathNot: [
          '^src/(domain|errors|tokens)/',
          '^src/upstreams/(outbound-headers|forwarded-headers)\\.ts$',
          'node_modules/lru-cache/',
        ],
      },
    },
    only(
      'only-telemetry-imports-opentelemetry',
      'node_modules/@opentelemetry/',
      ['^src/app/telemetry/'],
      'Where no traces are configured nothing of it is loaded; everything else knows the port (platform/tracing).',
    ),
    only(
      'only-transport-imports-undici',
      'node_modules/undici/',
      ['^src/upstreams/transport/'],
      'Whatever leaves for a service leaves by one door, with what is said of whom it is for.',
    ),
    only(
      'only-mongo-imports-mongodb',
      'node_modules/mongodb/',
      ['^src/stores/mongo/'],
      'The driver stays behind its port.',
    ),
    only(
      'only-embedded-imports-libsql',
      'node_modules/libsql/',
      ['^src/stores/embedded/'],
      'The engine stays behind its port.',
    ),
    {
      name: 'policy-and-domain-are-pure',
      severity: 'error',
      comment: 'A decision that can reach the network, the disk or a clock is not a pure decision.',
      from: { path: '^src/(policy|domain)/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'Tests know the product, never the other way round.',
      from: { path: '^(src|directives|resolvers|examples)/' },
      to: { path: '^test/' },
    },
    {
      name: 'examples-know-the-public-face-only',
      severity: 'error',
      comment: 'A host module shows what any application could write.',
      from: { path: '^examples/' },
      to: { path: '^src/', pathNot: ['^src/(context|downstream|errors|domain)/', '^src/host-module\\.ts$'] },
    },
    {
      name: 'the-console-knows-the-gateway-by-its-schema-alone',
      severity: 'error',
      comment:
        'What the browser gets is public: nothing of the gateway may be bundled into it, and the gateway only serves files.',
      from: { path: '^web/' },
      to: { path: '^(src|directives|resolvers|examples|test)/' },
    },
    {
      name: 'the-gateway-knows-nothing-of-the-console',
      severity: 'error',
      comment: 'The console is one client among many.',
      from: { path: '^(src|directives|resolvers|examples)/' },
      to: { path: '^web/' },
    },
    {
      name: 'the-console-imports-downwards',
      severity: 'error',
      comment:
        'main → app → views → impersonation → ui → graphql → {identity, config}: parts that know what shows them cannot be shown elsewhere.',
      from: { path: '^web/console/src/(users|view-as|sessions|audit|access-history)/' },
      to: { path: '^web/console/src/(main|app/)' },
    },
    {
      name: 'views-of-the-console-know-nothing-of-each-other',
      severity: 'error',
      comment: 'A view is loaded when somebody goes there; one that imports another brings it along.',
      from: { path: '^web/console/src/(users|view-as|sessions|audit|access-history)/' },
      to: {
        path: '^web/console/src/(users|view-as|sessions|audit|access-history)/',
        pathNot: '^web/console/src/$1/',
      },
    },
    {
      name: 'the-ui-of-the-console-knows-no-view',
      severity: 'error',
      comment: 'Primitives are for every view.',
      from: { path: '^web/console/src/(ui|graphql|config)/' },
      to: { path: '^web/console/src/(app|users|view-as|sessions|audit|access-history|impersonation)/' },
    },
    {
      name: 'the-banner-stands-alone',
      severity: 'error',
      comment: "It is one small file in other people's pages: whatever it imported, each of them would load.",
      from: { path: '^web/banner/', pathNot: 'vite\\.config\\.ts$|\\.d\\.ts$' },
      // Its types are declarations, which the tool does not find; they are nothing in what is built.
      to: { pathNot: ['^web/banner/', '^\\./types/'] },
    },
    {
      name: 'no-rooms-without-a-name',
      severity: 'error',
      comment: 'What has no name of its own has no reason of its own.',
      from: {},
      to: { path: '/(utils?|helpers?|common|misc)(/|\\.ts$)', pathNot: 'node_modules' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'What is used must be in package.json, or it vanishes with whoever brought it.',
      // What is for an application's own pages names this package as they do; the type check resolves it.
      from: { path: '^(src|directives|resolvers|examples)/', pathNot: '^examples/banner-react/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    // TypeScript 7 has no JavaScript API, so the tool reads TypeScript by swc; the check fails where it reads nothing.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
