import type { PersonExport } from '../../../domain/users/person-export.ts'
import type { JsonObject } from '../../../lib/json.ts'
import type { Queries } from './queries.ts'

/** Maximum number of rows of each kind in an export; in practice no account has more. */
const maxRows = 100_000

const secretColumns = {
  familyHash: true,
  rotatedBy: true,
  earlierRotations: true,
  fingerprintDigest: true,
} as const

export class PrismaPersonExport implements PersonExport {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async collect(userId: string): Promise<JsonObject | null> {
    const user = await this.#queries.user.findUnique({
      where: { id: userId },
      include: {
        tenant: { select: { slug: true } },
        password: { select: { changedAt: true, expiresAt: true } },
        sessions: { omit: secretColumns, orderBy: { id: 'asc' }, take: maxRows },
        apiKeys: { omit: { digest: true }, orderBy: { id: 'asc' }, take: maxRows },
        oneTimeTokens: { omit: { digest: true }, orderBy: { id: 'asc' }, take: maxRows },
      },
    })
    if (user === null) return null
    const auditEvents = await this.#queries.auditEvent.findMany({
      where: { userId },
      orderBy: { id: 'asc' },
      take: maxRows,
    })
    const emailReservations = await this.#queries.emailReservation.findMany({
      where: { userId },
      take: maxRows,
    })
    const mails = await this.#queries.mailMessage.findMany({
      where: { userId },
      omit: { sealedParameters: true },
      orderBy: { id: 'asc' },
      take: maxRows,
    })
    const operatorAlerts = await this.#queries.operatorAlert.findMany({
      where: { details: { path: ['userId'], equals: userId } },
      select: { kind: true, windowStart: true, windowEnd: true, details: true },
      orderBy: { id: 'asc' },
      take: maxRows,
    })
    // Converts dates to text, as in the exported file.
    return JSON.parse(JSON.stringify({ ...user, auditEvents, emailReservations, mails, operatorAlerts }))
  }
}
