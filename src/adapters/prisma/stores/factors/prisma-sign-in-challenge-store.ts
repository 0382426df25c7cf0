import type { ChallengedSignIn, SignInChallenge } from '../../../../domain/factors/sign-in-challenge.ts'
import type {
  SignInChallengeStore,
  UnsolvedChallenge,
} from '../../../../domain/factors/sign-in-challenge-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { acceptsFromOwner } from '../tenant-access.ts'

const columns = Prisma.sql`id, user_id AS "userId",
  (SELECT u.tenant_id FROM users u WHERE u.id = user_id) AS "tenantId", kind, digest, cookie_digest AS "cookieDigest",
  device_digest AS "deviceDigest", token_version AS "tokenVersion", amr, transport, remember_me AS "rememberMe",
  sign_in AS "signIn", passkey_challenge AS "passkeyChallenge", created_at AS "createdAt", expires_at AS "expiresAt"`

export class PrismaSignInChallengeStore implements SignInChallengeStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async open(challenge: SignInChallenge, maxOpen: number): Promise<void> {
    const { id, userId, kind, digest, cookieDigest, deviceDigest, createdAt, expiresAt } = challenge
    const signIn: ChallengedSignIn = challenge.signIn
    await this.#queries.$executeRaw`
      WITH closed AS (
        UPDATE sign_in_challenges SET closed_at = ${createdAt}::timestamptz
        WHERE id IN (
          SELECT id FROM sign_in_challenges
          WHERE user_id = ${userId}::uuid AND ${isOpen(createdAt)} ORDER BY id DESC OFFSET ${maxOpen - 1}
        )
      )
      INSERT INTO sign_in_challenges (id, user_id, kind, digest, cookie_digest, device_digest, token_version, amr,
        transport, remember_me, sign_in, passkey_challenge, created_at, expires_at)
      VALUES (${id}::uuid, ${userId}::uuid, ${kind}::sign_in_challenge_kind, ${digest}::bytea, ${cookieDigest}::bytea,
        ${deviceDigest}::bytea, ${challenge.tokenVersion}, ${[...challenge.amr]}::text[],
        ${challenge.transport}::token_transport, ${challenge.rememberMe}, ${JSON.stringify(signIn)}::jsonb,
        ${challenge.passkeyChallenge}::bytea, ${createdAt}::timestamptz, ${expiresAt}::timestamptz)`
  }

  async find(digest: Uint8Array<ArrayBuffer>, now: Date): Promise<SignInChallenge | null> {
    const [found] = await this.#queries.$queryRaw<SignInChallenge[]>`
      SELECT ${columns} FROM sign_in_challenges WHERE digest = ${digest}::bytea AND ${isOpen(now)}
        AND ${acceptsFromOwner(Prisma.sql`sign_in_challenges.user_id`, Prisma.sql`sign_in_challenges.created_at`)}`
    return found ?? null
  }

  async takeTry(id: string, maxTries: number, now: Date): Promise<number | null> {
    const [taken] = await this.#queries.$queryRaw<{ left: number }[]>`
      UPDATE sign_in_challenges SET tries = tries + 1
      WHERE id = ${id}::uuid AND ${isOpen(now)} AND tries < ${maxTries}
      RETURNING ${maxTries}::int - tries AS "left"`
    return taken?.left ?? null
  }

  async close(id: string, now: Date): Promise<boolean> {
    const closed = await this.#queries.$executeRaw`
      UPDATE sign_in_challenges SET closed_at = ${now}::timestamptz WHERE id = ${id}::uuid AND ${isOpen(now)}`
    return closed === 1
  }

  async claimUnsolved(now: Date, limit: number): Promise<readonly UnsolvedChallenge[]> {
    return this.#queries.$queryRaw<UnsolvedChallenge[]>`
      UPDATE sign_in_challenges SET reported_at = ${now}::timestamptz WHERE id IN (
        SELECT id FROM sign_in_challenges
        WHERE kind = 'SECOND_STEP' AND closed_at IS NULL AND reported_at IS NULL AND expires_at <= ${now}::timestamptz
        ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )
      RETURNING user_id AS "userId", created_at AS "createdAt", sign_in ->> 'browser' AS browser, sign_in ->> 'os' AS os`
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM sign_in_challenges WHERE id IN (
        SELECT id FROM sign_in_challenges WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit}
      )`
  }
}

function isOpen(now: Date): Prisma.Sql {
  return Prisma.sql`closed_at IS NULL AND expires_at > ${now}::timestamptz`
}
