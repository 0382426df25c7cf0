import { importsOf, packageOf, type SourceFile } from './source-file.ts'

/** Where each outside package may be imported; a name that ends in / stands for the whole scope. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@prisma/': ['adapters/prisma/'],
  '@electric-sql/': ['adapters/prisma/'],
  'pglite-prisma-adapter': ['adapters/prisma/'],
  pg: ['adapters/prisma/'],
  ioredis: ['adapters/redis/'],
  'rate-limiter-flexible': ['adapters/redis/', 'adapters/memory/'],
  argon2: ['adapters/crypto/'],
  '@node-rs/': ['adapters/crypto/'],
  pino: ['adapters/telemetry/'],
  'pino-pretty': ['adapters/telemetry/'],
  'prom-client': ['adapters/telemetry/'],
  cockatiel: ['adapters/failover/'],
  maxmind: ['adapters/geo/'],
  nodemailer: ['adapters/mail/'],
  croner: ['jobs/'],
  jose: ['domain/keys/', 'domain/tokens/'],
  '@zxcvbn-ts/': ['adapters/crypto/'],
  bowser: ['domain/sessions/'],
  'libphonenumber-js': ['domain/users/'],
  zod: ['config/', 'flows/'],
  '@pothos/': ['graphql/'],
  dataloader: ['graphql/'],
  'graphql-shield': ['graphql/shield.ts'],
  'graphql-middleware': ['graphql/shield.ts'],
  graphql: ['graphql/', 'http/'],
  '@grpc/': ['grpc/'],
  'graphql-yoga': ['http/'],
  '@graphql-yoga/': ['http/'],
  '@apollo/client': ['clients/'],
  rxjs: ['clients/'],
  '@urql/': ['clients/'],
}
const outsideWorld =
  /^node:(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|tls|worker_threads)\b/
const pureRings = /^src\/(domain|flows|graphql|lib)\//

/** Packages imported away from home, or without one. */
export function strayPackages(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(importsOf).flatMap((found) => {
    const name = packageOf(found)
    if (name === null) return []
    const home = homes[name] ?? homes[name.replace(/\/.*/, '/')]
    const path = found.file.path.replace(/^src\//, '')
    if (home === undefined) return [`${found.file.path} imports ${name}, which has no home`]
    if (home.some((place) => path.startsWith(place))) return []
    return [`${found.file.path} imports ${name}, which lives in ${home.join(', ')}`]
  })
}

/** What lib imports besides Node itself. */
export function packagesInLib(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => path.startsWith('src/lib/'))
    .flatMap(importsOf)
    .filter((found) => packageOf(found) !== null)
    .map(({ file, from }) => `${file.path} imports ${from}: lib wants nothing but Node`)
}

/** Files, sockets and processes in the rings that only think. */
export function inputAndOutput(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => pureRings.test(path))
    .flatMap(importsOf)
    .filter(({ from, typeOnly }) => !typeOnly && outsideWorld.test(from))
    .map(({ file, from }) => `${file.path} imports ${from}: that is an adapter's work`)
}
