import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  crowdedFolders,
  foreignFields,
  foreignUseCases,
  pluginsInParts,
} from './support/architecture/areas.ts'
import {
  emptyNames,
  environmentReaders,
  importEffects,
  longFiles,
  textSql,
  unreadableImports,
} from './support/architecture/habits.ts'
import { inputAndOutput, packagesInLib, strayPackages } from './support/architecture/homes.ts'
import {
  circularThemes,
  homelessFiles,
  outwardImports,
  privateClientParts,
  sidewaysImports,
} from './support/architecture/rings.ts'
import { readSources, type SourceFile } from './support/architecture/source-file.ts'

type Check = (files: readonly SourceFile[]) => readonly string[]

let sources: readonly SourceFile[]
beforeAll(async () => {
  sources = await readSources('src')
})

it('reads all of src', () => {
  expect(sources.length).toBeGreaterThan(100)
})

describe.each<{
  promise: string
  check: Check
  planted: readonly [string, string][]
  fine: readonly [string, string][]
}>([
  {
    promise: 'imports point inwards',
    check: outwardImports,
    planted: [
      ['domain/users/user.ts', `import type { Flows } from '../../flows/sign-in/login.ts'`],
      ['flows/sign-in/login.ts', `import { Database } from '../../adapters/prisma/database.ts'`],
      ['flows/sign-in/login.ts', `import type { Config } from '../../config/config.ts'`],
      ['graphql/sign-in/login.ts', `import { cookies } from '../../http/cookies.ts'`],
      ['graphql/sign-in/login.ts', `export * from '../../adapters/redis/redis-client.ts'`],
      ['adapters/redis/redis-client.ts', `const flow = await import('../../flows/sign-in/login.ts')`],
      ['app/create-app.ts', `import { openInfrastructure } from '../infrastructure/open-infrastructure.ts'`],
      ['app/create-app.ts', `import { type Infrastructure } from '../infrastructure/infrastructure.ts'`],
      ['config/config.ts', `import { signingAlgorithms } from '../domain/keys/signing-key.ts'`],
      ['lib/clock.ts', `import type { Session } from '../domain/sessions/session.ts'`],
      ['clients/session.ts', `import { sha256 } from '../lib/digest.ts'`],
      ['texts/plurals.ts', `import { hourSeconds } from '../lib/duration.ts'`],
      ['texts/pages/de.ts', `import type { Mail } from '../../domain/mail/mail.ts'`],
      ['pages/app.tsx', `import type { User } from '../domain/users/user.ts'`],
      ['pages/session.ts', `import { isObject } from '../lib/json.ts'`],
      ['clients/call.ts', `import { languageOf } from '../texts/languages.ts'`],
      ['verify/key-set.ts', `import { readCompactHeader } from '../domain/tokens/compact-jws.ts'`],
      ['verify/key-set.ts', `import { isObject } from '../clients/json.ts'`],
      ['http/server.ts', `import { createVerifier } from '../verify/verifier.ts'`],
      ['domain/mail/mail-links.ts', `import { plural } from '../../texts/numbers.ts'`],
      ['http/html/page-shell.ts', `import { pageOf } from '../../pages/page.ts'`],
      ['http/server.ts', `import { actor } from '../../test/support/actor.ts'`],
      ['jobs/purge.ts', `import {\n  type Config,\n  readConfig,\n} from '../config/config.ts'`],
    ],
    fine: [
      ['app/create-app.ts', `import type { Infrastructure } from '../infrastructure/infrastructure.ts'`],
      ['config/config.ts', `import type { SigningAlgorithm } from '../domain/keys/signing-key.ts'`],
      ['flows/sign-in/login.ts', `// import { Database } from '../../adapters/prisma/database.ts'`],
      ['cli/migrate.ts', `import { openDatabase } from '../infrastructure/open-infrastructure.ts'`],
      ['cli.ts', `import { runCommand } from './cli/run-command.ts'`],
      ['pages/app.tsx', `import { createAuthClient } from '../clients/client.ts'`],
      ['pages/texts.ts', `import type { PageTexts } from '../texts/pages/en.ts'`],
      ['flows/steps/post-mail.ts', `import { plural } from '../../texts/numbers.ts'`],
    ],
  },
  {
    promise: 'a noun of the domain imports only types of other nouns',
    check: sidewaysImports,
    planted: [
      ['domain/users/user.ts', `import { Session } from '../sessions/session.ts'`],
      ['domain/users/user.ts', `import { type Session } from '../sessions/session.ts'`],
      ['domain/users/user.ts', `export { endOf } from '../sessions/session.ts'`],
      ['domain/problems.ts', `import { judgePassword } from './passwords/password-policy.ts'`],
      ['domain/users/user.ts', `import { transaction } from '../transaction.ts'`],
    ],
    fine: [
      ['domain/users/user.ts', `import type { Session } from '../sessions/session.ts'`],
      ['domain/users/user.ts', `import { NotFoundProblem } from '../problems.ts'`],
      ['domain/users/user.ts', `import { ForbiddenError } from '../refusals.ts'`],
      ['domain/users/user.ts', `import { normalise } from './email-address.ts'`],
    ],
  },
  {
    promise: 'pages use only what applications can import',
    check: privateClientParts,
    planted: [
      ['pages/session.ts', `import { post } from '../clients/post.ts'`],
      ['pages/account/list.tsx', `import type { Tokens } from '../../clients/answer.ts'`],
    ],
    fine: [
      ['pages/session.ts', `import { createAuthClient } from '../clients/client.ts'`],
      ['pages/account/list.tsx', `import { MeDocument } from '../../clients/documents.ts'`],
    ],
  },
  {
    promise: 'a use case does not import a use case of another area',
    check: foreignUseCases,
    planted: [
      ['flows/sign-in/login.ts', `import { createLockUser } from '../administration/lock-user.ts'`],
      ['flows/sign-in/login.ts', `import type { LockUserDeps } from '../administration/lock-user.ts'`],
      ['flows/steps/open-session.ts', `import type { SignedIn } from '../sign-in/register.ts'`],
    ],
    fine: [
      ['flows/sign-in/login.ts', `import type { SignedIn } from './register.ts'`],
      ['flows/sign-in/login.ts', `import { startSession } from '../steps/start-session.ts'`],
      ['flows/create-flows.ts', `import { createLogin } from './sign-in/login.ts'`],
    ],
  },
  {
    promise: 'an area of the API imports values from the edge only',
    check: foreignFields,
    planted: [
      ['graphql/sessions/sessions.ts', `import { addUser } from '../account/user.ts'`],
      ['graphql/edge/builder.ts', `import { addUser } from '../account/user.ts'`],
    ],
    fine: [
      ['graphql/sessions/sessions.ts', `import type { Profile } from '../account/profile.ts'`],
      ['graphql/sessions/sessions.ts', `import { readPage } from '../edge/cursors.ts'`],
      ['graphql/schema.ts', `import { addUser } from './account/user.ts'`],
    ],
  },
  {
    promise: 'parts of http/ do not import plugins',
    check: pluginsInParts,
    planted: [
      ['http/request/cookies.ts', `import { useCors } from '../plugins/admission/use-cors.ts'`],
      ['http/answer/etag.ts', `import { useJwks } from '../plugins/endpoints/use-jwks.ts'`],
      ['http/documents/document-meter.ts', `import { useCors } from '../plugins/admission/use-cors.ts'`],
      [
        'http/html/mailbox-page.ts',
        `import type { ShownMailbox } from '../plugins/endpoints/use-mailbox.ts'`,
      ],
    ],
    fine: [
      ['http/plugins/admission/use-cors.ts', `import { readCookies } from '../../request/cookies.ts'`],
      ['http/server.ts', `import { useCors } from './plugins/admission/use-cors.ts'`],
    ],
  },
  {
    promise: 'a theme of the configuration does not import the files that put themes together',
    check: circularThemes,
    planted: [
      ['config/themes/cookies.ts', `import type { Config } from '../config.ts'`],
      ['config/themes/cookies.ts', `import { readConfig } from '../read-config.ts'`],
      ['config/themes/cookies.ts', `import { variables } from '../variables.ts'`],
    ],
    fine: [
      ['config/themes/cookies.ts', `import type { serverVariables } from './server.ts'`],
      ['config/config.ts', `import type { CookieConfig } from './themes/cookies.ts'`],
    ],
  },
  {
    promise: 'every file belongs to a ring that the import rules name',
    check: homelessFiles,
    planted: [
      ['services/login.ts', ''],
      ['server.ts', ''],
    ],
    fine: [['flows/sign-in/login.ts', '']],
  },
  {
    promise: 'every package has one home',
    check: strayPackages,
    planted: [
      ['flows/sign-in/login.ts', `import { PrismaClient } from '@prisma/client'`],
      ['infrastructure/open-infrastructure.ts', `import { Pool } from 'pg'`],
      ['infrastructure/open-infrastructure.ts', `import { PGlite } from '@electric-sql/pglite'`],
      ['adapters/memory/limits.ts', `import { Redis } from 'ioredis'`],
      ['domain/passwords/password.ts', `import { hash } from 'argon2'`],
      ['lib/logger.ts', `import { pino } from 'pino'`],
      ['flows/sign-in/login.ts', `import { SignJWT } from 'jose'`],
      ['verify/key-set.ts', `import { GraphQLError } from 'graphql'`],
      ['verify/verifier.ts', `import { z } from 'zod'`],
      ['graphql/sessions/sessions.ts', `import Bowser from 'bowser'`],
      ['graphql/sign-in/login.ts', `import { z } from 'zod'`],
      ['domain/users/user.ts', `import { z } from 'zod/mini'`],
      ['http/server.ts', `import SchemaBuilder from '@pothos/core'`],
      ['graphql/schema.ts', `import { shield } from 'graphql-shield'`],
      ['graphql/schema.ts', `const { applyMiddleware } = require('graphql-middleware')`],
      ['graphql/schema.ts', `import { createYoga } from 'graphql-yoga'`],
      ['http/server.ts', `import DataLoader from 'dataloader'`],
      ['flows/steps/input.ts', `import { parsePhoneNumber } from 'libphonenumber-js/min'`],
      ['flows/sign-in/login.ts', `import type { GraphQLError } from 'graphql'`],
      ['http/server.ts', `const page = await import('left-pad')`],
    ],
    fine: [
      ['verify/key-set.ts', `import { importJWK } from 'jose'`],
      ['graphql/shield.ts', `const { shield }: typeof import('graphql-shield') = require('graphql-shield')`],
      ['domain/users/phone-number.ts', `import { parsePhoneNumber } from 'libphonenumber-js/min'`],
      ['adapters/memory/limits.ts', `import { RateLimiterMemory } from 'rate-limiter-flexible'`],
      ['lib/digest.ts', `import { createHash } from 'node:crypto'`],
    ],
  },
  {
    promise: 'lib uses only Node',
    check: packagesInLib,
    planted: [['lib/logger.ts', `import type { Logger } from 'pino'`]],
    fine: [['lib/digest.ts', `import { createHash } from 'node:crypto'`]],
  },
  {
    promise: 'rings without I/O do not read files or open sockets',
    check: inputAndOutput,
    planted: [
      ['domain/keys/key-ring.ts', `import { readFile } from 'node:fs/promises'`],
      ['flows/sign-in/login.ts', `import { connect } from 'node:net'`],
    ],
    fine: [['adapters/prisma/embedded-folder.ts', `import { rename } from 'node:fs/promises'`]],
  },
  {
    promise: 'file names describe their content',
    check: emptyNames,
    planted: [
      ['flows/index.ts', ''],
      ['lib/util.ts', ''],
      ['lib/string-utils.ts', ''],
      ['common/clock.ts', ''],
      ['domain/sessions/session-manager.ts', ''],
      ['adapters/prisma/base-store.ts', ''],
      ['graphql/helpers/cursors.ts', ''],
    ],
    fine: [['adapters/prisma/database.ts', '']],
  },
  {
    promise: 'no file has more than 300 lines',
    check: longFiles,
    planted: [['flows/sign-in/login.ts', 'x\n'.repeat(301)]],
    fine: [['flows/sign-in/login.ts', 'x\n'.repeat(300)]],
  },
  {
    promise: 'imports are literal and name existing files',
    check: (files) => unreadableImports(files, existsSync),
    planted: [
      ['flows/sign-in/login.ts', `import { Clock } from '../../lib/clock'`],
      ['flows/sign-in/login.ts', `import { Clock } from '../../lib/clock.js'`],
      ['flows/sign-in/login.ts', `import { Clock } from '../../lib/sundial.ts'`],
      ['flows/sign-in/login.ts', `const clock = await import(name)`],
      ['flows/sign-in/login.ts', 'const clock = await import(`../../lib/` + name)'],
    ],
    fine: [
      ['flows/sign-in/login.ts', `import { Clock } from '../../lib/time/clock.ts'`],
      ['adapters/prisma/database.ts', `import type { PrismaClient } from './generated/client.ts'`],
    ],
  },
  {
    promise: 'importing a file has no side effects',
    check: importEffects,
    planted: [
      ['domain/keys/key-ring.ts', 'setInterval(() => refresh(), 1000)'],
      ['domain/keys/key-ring.ts', 'const timer = setTimeout(refresh, 1000)'],
      ['domain/keys/key-ring.ts', 'export const startedAt = new Date()'],
      ['domain/keys/key-ring.ts', 'const secret = randomBytes(32)'],
      ['domain/keys/key-ring.ts', 'await connect()'],
      ['domain/keys/key-ring.ts', 'start()'],
      ['domain/keys/key-ring.ts', 'if (ready) start()'],
      ['adapters/redis/redis-client.ts', 'const redis = new Redis(url)'],
    ],
    fine: [
      ['domain/keys/key-ring.ts', 'export const now = () => new Date()'],
      ['domain/keys/key-ring.ts', 'function wait() {\n  setTimeout(refresh, 1000)\n}'],
      ['main.ts', 'await main()'],
    ],
  },
  {
    promise: 'only the entry points and the configuration read the environment',
    check: environmentReaders,
    planted: [
      ['flows/sign-in/login.ts', 'const x = process.env.PORT'],
      ['flows/sign-in/login.ts', `const x = process['env']`],
      ['flows/sign-in/login.ts', 'const { env } = process'],
      ['flows/sign-in/login.ts', `import { env } from 'node:process'`],
    ],
    fine: [
      ['main.ts', 'readConfig(process.env)'],
      ['flows/sign-in/login.ts', '// process.env is read elsewhere'],
    ],
  },
  {
    promise: 'SQL is never concatenated as text',
    check: textSql,
    planted: [
      ['adapters/prisma/user-store.ts', 'await prisma.$queryRawUnsafe(sql)'],
      ['adapters/prisma/user-store.ts', 'await prisma.$executeRawUnsafe(sql)'],
      ['adapters/prisma/user-store.ts', 'const { $queryRawUnsafe: ask } = prisma'],
      ['adapters/prisma/user-store.ts', `await prisma['$queryRawUnsafe'](sql)`],
      ['adapters/prisma/user-store.ts', `await prisma['$queryRaw' + 'Unsafe'](sql)`],
      ['adapters/prisma/user-store.ts', 'const column = Prisma.raw(name)'],
    ],
    fine: [['adapters/prisma/user-store.ts', 'await prisma.$queryRaw`SELECT 1`']],
  },
])('$promise', ({ check, planted, fine }) => {
  it('in all of src', () => {
    expect(check(sources)).toEqual([])
  })

  it.each(planted)('reports: %s, %s', (path, text) => {
    expect(check([{ path: `src/${path}`, text }])).toHaveLength(1)
  })

  it.each(fine)('accepts: %s, %s', (path, text) => {
    expect(check([{ path: `src/${path}`, text }])).toEqual([])
  })
})

describe('a folder has at most 32 files', () => {
  const filled = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ path: `src/flows/sign-in/step-${index}.ts`, text: '' }))

  it('in all of src', () => {
    expect(crowdedFolders(sources)).toEqual([])
  })

  it('reports with 33', () => {
    expect(crowdedFolders(filled(33))).toHaveLength(1)
    expect(crowdedFolders(filled(32))).toEqual([])
  })
})
