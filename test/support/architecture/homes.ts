import { importsOf, packageOf, type SourceFile } from './source-file.ts'

/** Folders that may import each package. A name that ends in / stands for a whole scope. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@prisma/': ['adapters/prisma/'],
  '@electric-sql/': ['adapters/prisma/'],
  'pglite-prisma-adapter': ['adapters/prisma/'],
  pg: ['adapters/prisma/'],
  ioredis: ['adapters/redis/'],
  'rate-limiter-flexible': ['adapters/redis/', 'adapters/memory/'],
  argon2: ['adapters/crypto/'],
  '@node-rs/': ['adapters/crypto/'],
  otpauth: ['adapters/totp/'],
  uqr: ['adapters/totp/'],
  '@opentelemetry/api': ['adapters/telemetry/'],
  pino: ['adapters/telemetry/'],
  'pino-pretty': ['adapters/telemetry/'],
  aws4fetch: ['adapters/archive/'],
  'prom-client': ['adapters/telemetry/'],
  maxmind: ['adapters/geo/'],
  nodemailer: ['adapters/mail/'],
  croner: ['jobs/'],
  jose: ['domain/keys/', 'domain/tokens/', 'verify/'],
  '@zxcvbn-ts/': ['adapters/crypto/'],
  '@simplewebauthn/server': ['adapters/webauthn/'],
  '@simplewebauthn/browser': ['clients/'],
  bowser: ['domain/sessions/'],
  'libphonenumber-js': ['domain/users/'],
  yaml: ['cli/access/'],
  zod: ['config/', 'flows/'],
  '@pothos/': ['graphql/'],
  dataloader: ['graphql/'],
  'graphql-shield': ['graphql/shield.ts'],
  'graphql-middleware': ['graphql/shield.ts'],
  graphql: ['graphql/', 'http/', 'pages/', 'verify/graphql/'],
  preact: ['pages/'],
  '@graphql-typed-document-node/': ['pages/'],
  '@grpc/': ['grpc/'],
  'graphql-yoga': ['http/', 'verify/adapters/'],
  '@nestjs/': ['verify/adapters/'],
  '@graphql-yoga/': ['http/'],
  '@apollo/client': ['clients/'],
  rxjs: ['clients/'],
  react: ['clients/'],
  '@urql/': ['clients/'],
}
const outsideWorld =
  /^node:(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|tls|worker_threads)\b/
const pureRings = /^src\/(domain|flows|graphql|lib)\//

/** Imports of packages from outside their home folders, and of packages that have no home. */
export function strayPackages(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(importsOf).flatMap((found) => {
    const name = packageOf(found)
    if (name === null) return []
    const home = homes[name] ?? homes[name.replace(/\/.*/, '/')]
    const path = found.file.path.replace(/^src\//, '')
    if (home === undefined) return [`${found.file.path} imports ${name}, which has no home`]
    if (home.some((place) => path.startsWith(place))) return []
    return [`${found.file.path} imports ${name}, whose home is ${home.join(', ')}`]
  })
}

/** Homes of packages that package.json does not list, and homes that are not in the source tree. */
export function emptyHomes(
  installed: readonly string[],
  isThere: (path: string) => boolean,
  of: Readonly<Record<string, readonly string[]>> = homes,
): readonly string[] {
  return Object.entries(of).flatMap(([name, places]) => {
    const isInstalled = installed.some((found) =>
      name.endsWith('/') ? found.startsWith(name) : found === name,
    )
    const missing = places
      .filter((place) => !isThere(`src/${place}`))
      .map((place) => `${name} has the home ${place}, which does not exist`)
    return isInstalled ? missing : [`${name} has a home, but package.json does not list it`, ...missing]
  })
}

/** Packages that lib imports. It may use only Node. */
export function packagesInLib(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => path.startsWith('src/lib/'))
    .flatMap(importsOf)
    .filter((found) => packageOf(found) !== null)
    .map(({ file, from }) => `${file.path} imports ${from}: lib uses only Node`)
}

/** Imports of files, sockets and processes in the rings that do no I/O. */
export function inputAndOutput(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => pureRings.test(path))
    .flatMap(importsOf)
    .filter(({ from, typeOnly }) => !typeOnly && outsideWorld.test(from))
    .map(({ file, from }) => `${file.path} imports ${from}: I/O belongs to adapters`)
}
