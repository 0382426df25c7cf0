// A process that delivers the mails of a database to a mail server until it is killed.
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { SmtpMailTransport } from '../../src/adapters/mail/smtp-mail-transport.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { Courier } from '../../src/jobs/courier.ts'
import { createDeliverMail } from '../../src/jobs/deliver-mail.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { noBreaker } from './breakers.ts'

const [databaseUrl, smtpUrl, masterKey, claimSeconds] = process.argv.slice(2)
if (databaseUrl === undefined || smtpUrl === undefined || masterKey === undefined)
  throw new Error('Too few arguments.')
const database = openPostgresDatabase({
  url: databaseUrl,
  directUrl: databaseUrl,
  poolMin: 0,
  poolMax: 12,
  logger: silentLogger,
})
const { mail: store, oneTimeTokens, phoneCodes } = createStores(database.client)
const app = { name: 'Gatehouse', url: new URL('https://app.example.com'), color: '#123456' }
const link = 'https://app.example.com/{token}'
const deliver = createDeliverMail({
  store,
  oneTimeTokens,
  sealer: new AesSealer(new Secret(masterKey)),
  dispatch: {
    transport: new SmtpMailTransport({ url: new Secret(smtpUrl), requireTls: false, breaker: noBreaker() }),
    from: { name: 'Gatehouse', email: 'no-reply@gatehouse.example' },
  },
  phoneCodes,
  texts: null,
  look: {
    app,
    links: {
      verifyEmail: link,
      denyRegistration: link,
      resetPassword: link,
      confirmEmail: link,
      undoEmailChange: link,
      unlockAccount: link,
      reportSession: link,
      undoFactorChange: link,
    },
  },
  clock: systemClock,
  logger: silentLogger,
  metrics: noMetrics,
})
const courier = new Courier({
  channel: 'MAIL',
  store,
  deliver,
  capacity: () => Number.POSITIVE_INFINITY,
  clock: systemClock,
  logger: silentLogger,
  drainSeconds: 5,
  claimSeconds: Number(claimSeconds),
})
await database.ping()
courier.start()
setInterval(() => courier.wake(), 100)
process.stdout.write('running\n')
