import { accessRolesOf, type OwnerAccess } from '../../../../domain/access/owner-access.ts'
import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import { defaultDeviceName } from '../../../../domain/sessions/device.ts'
import type { PersonExport } from '../../../../domain/users/person-export.ts'
import type { JsonObject } from '../../../../lib/text/json.ts'
import { Prisma, type Session } from '../../generated/client.ts'
import { selectOwnerAccess } from '../access/owner-access-rows.ts'
import { auditColumns } from '../audit/audit-rows.ts'
import type { Queries } from '../queries.ts'

/** Maximum number of rows of each kind in an export; in practice no account has more. */
const maxRows = 100_000

const secretColumns = {
  familyHash: true,
  rotatedBy: true,
  earlierRotations: true,
  fingerprintDigest: true,
} as const

type StoredSession = Omit<Session, keyof typeof secretColumns>

const challengeSecrets = {
  digest: true,
  cookieDigest: true,
  deviceDigest: true,
  passkeyChallenge: true,
  signIn: true,
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
        phoneCode: { omit: { digest: true } },
        totpSecrets: { omit: { sealedSecret: true, lastStep: true }, orderBy: { id: 'asc' }, take: maxRows },
        passkeys: {
          omit: { credentialId: true, publicKey: true, signCount: true },
          orderBy: { id: 'asc' },
          take: maxRows,
        },
        recoveryCodes: { omit: { hash: true }, orderBy: { number: 'asc' }, take: maxRows },
        signInChallenges: { omit: challengeSecrets, orderBy: { id: 'asc' }, take: maxRows },
        rememberedDevices: { omit: { digest: true }, orderBy: { id: 'asc' }, take: maxRows },
        oneTimeTokens: { omit: { digest: true }, orderBy: { id: 'asc' }, take: maxRows },
      },
    })
    if (user === null) return null
    const sessions = await this.#shown(user.sessions)
    const auditEvents = await this.#queries.$queryRaw<AuditEvent[]>`
      SELECT ${auditColumns} FROM audit_events e WHERE e.user_id = ${userId}::uuid ORDER BY e.id LIMIT ${maxRows}`
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
    const [held] = await this.#queries.$queryRaw<{ access: OwnerAccess | null }[]>`
      SELECT ${selectOwnerAccess(Prisma.sql`${userId}::uuid`)} AS access`
    const roles = accessRolesOf(held?.access ?? null)
    // Converts dates to text, as in the exported file.
    return JSON.parse(
      JSON.stringify({ ...user, sessions, roles, auditEvents, emailReservations, mails, operatorAlerts }),
    )
  }

  /** Sessions with the User-Agent that they refer to, and with the name of their device. */
  async #shown(sessions: readonly StoredSession[]) {
    const ids = new Set(sessions.flatMap(({ userAgentId }) => userAgentId ?? []))
    const entries = await this.#queries.userAgent.findMany({ where: { id: { in: [...ids] } } })
    const texts = new Map(entries.map(({ id, userAgent }) => [id, userAgent]))
    return sessions.map(({ userAgentId, ...session }) => ({
      ...session,
      userAgent: session.userAgent ?? (userAgentId === null ? null : texts.get(userAgentId)) ?? null,
      deviceName:
        session.deviceName ?? defaultDeviceName({ browser: session.deviceBrowser, os: session.deviceOs }),
    }))
  }
}
