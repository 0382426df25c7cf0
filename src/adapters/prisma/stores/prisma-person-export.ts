import type { PersonExport } from '../../../domain/users/person-export.ts'
import type { JsonObject } from '../../../lib/json.ts'
import type { Queries } from './queries.ts'

/** As many rows of a kind as one export holds; an account has no more in practice. */
const most = 100_000

const noSecrets = { familyHash: true, rotatedBy: true, fingerprintDigest: true } as const

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
        password: { select: { changedAt: true } },
        sessions: { omit: noSecrets, orderBy: { id: 'asc' }, take: most },
        apiKeys: { omit: { digest: true }, orderBy: { id: 'asc' }, take: most },
        oneTimeTokens: { omit: { digest: true }, orderBy: { id: 'asc' }, take: most },
      },
    })
    if (user === null) return null
    const auditEvents = await this.#queries.auditEvent.findMany({
      where: { userId },
      orderBy: { id: 'asc' },
      take: most,
    })
    const emailReservations = await this.#queries.emailReservation.findMany({ where: { userId }, take: most })
    const mails = await this.#queries.mailMessage.findMany({
      where: { userId },
      omit: { sealedParameters: true },
      orderBy: { id: 'asc' },
      take: most,
    })
    // Dates become text, as they stand in the file.
    return JSON.parse(JSON.stringify({ ...user, auditEvents, emailReservations, mails }))
  }
}
