import type { Config } from './config/config.ts'
import { createAuditRecorder } from './domain/audit/audit-recorder.ts'
import { KeyRing } from './domain/keys/key-ring.ts'
import { CsrfTokens } from './domain/sessions/csrf-token.ts'
import { SessionService } from './domain/sessions/session-service.ts'
import { AccessTokenIssuer } from './domain/tokens/access-token-issuer.ts'
import { AccessTokenVerifier } from './domain/tokens/access-token-verifier.ts'
import { RefreshTokenCodec } from './domain/tokens/refresh-token.ts'
import { RevocationList } from './domain/tokens/revocation-list.ts'
import { createAuthenticate } from './flows/authenticate.ts'
import { createEndSessions } from './flows/end-sessions.ts'
import { createFindCsrfToken } from './flows/find-csrf-token.ts'
import type { Flows } from './flows/flows.ts'
import { createLogin } from './flows/login.ts'
import { createLogout } from './flows/logout.ts'
import { createRevokeOtherSessions, createRevokeSession } from './flows/manage-sessions.ts'
import { createRefreshSession } from './flows/refresh-session.ts'
import { createRegister } from './flows/register.ts'
import { createIssueSessionTokens } from './flows/session-tokens.ts'
import { createUserLoader } from './graphql/loaders.ts'
import { createSchema, credentialFieldsOf } from './graphql/schema.ts'
import { addShield } from './graphql/shield.ts'
import { createContextFactory } from './http/graphql-context.ts'
import { createHttpApp, type HttpApp } from './http/server.ts'
import type { Infrastructure } from './infrastructure.ts'
import { deriveKey } from './lib/digest.ts'

/** The service without its sockets. */
export interface App extends HttpApp {
  /** Loads the signing keys and the revocations; until then no token is issued or accepted. */
  start(): Promise<void>
  stop(): void
}

/** Builds services, flows and edges from the configuration and what is open; does no I/O of its own. */
export function createApp(config: Config, infrastructure: Infrastructure): App {
  const { clock, ids, logger, stores } = infrastructure
  const masterKey = Buffer.from(config.secrets.masterKey.reveal(), 'base64')
  const keys = new KeyRing({
    store: infrastructure.signingKeys,
    sealer: infrastructure.sealer,
    clock,
    logger,
    algorithm: config.tokens.algorithm,
    rsaKeyBits: config.tokens.rsaKeyBits,
  })
  const revocations = new RevocationList({
    store: stores.revocations,
    channel: infrastructure.revocationChannel,
    clock,
    logger,
    stalenessSeconds: config.revocationStalenessSeconds,
  })
  const verifier = new AccessTokenVerifier({ keys, settings: config.tokens, clock })
  const csrfTokens = new CsrfTokens(deriveKey(masterKey, 'gatehouse csrf'))
  const flows = createFlows(config, infrastructure, { keys, revocations, verifier, csrfTokens })
  const schema = createSchema()
  const http = createHttpApp({
    config,
    logger,
    clock,
    ids,
    schema: addShield(schema),
    credentialFields: credentialFieldsOf(schema),
    readiness: infrastructure.readiness,
    jwks: () => keys.publish(),
    isUnavailable: infrastructure.isUnavailable,
    createContext: createContextFactory({
      authenticate: createAuthenticate({ verifier, revocations }),
      csrfTokens,
      clock,
      flows,
      sessions: new SessionService({ sessions: stores.sessions, clock }),
      createUserLoader: () => createUserLoader(stores.users),
    }),
  })
  return {
    ...http,
    async start() {
      await keys.start()
      await revocations.start()
    },
    stop() {
      keys.stop()
      revocations.stop()
    },
  }
}

interface TokenServices {
  readonly keys: KeyRing
  readonly revocations: RevocationList
  readonly verifier: AccessTokenVerifier
  readonly csrfTokens: CsrfTokens
}

function createFlows(config: Config, infrastructure: Infrastructure, tokens: TokenServices): Flows {
  const { clock, ids, logger, stores, hasher, transaction, tenants } = infrastructure
  const { keys, revocations, verifier, csrfTokens } = tokens
  const { users, sessions } = stores
  const accessTokens = new AccessTokenIssuer({ keys, settings: config.tokens, clock, ids })
  const refreshTokens = new RefreshTokenCodec(config.secrets.refreshPeppers)
  const issueTokens = createIssueSessionTokens({ accessTokens, refreshTokens, csrfTokens })
  const endSessions = createEndSessions({ sessions, revocations, clock })
  const audit = createAuditRecorder({ clock, ids })
  const signIn = { clock, ids, sessionRules: config.sessions, hasher, audit, issueTokens }
  const present = { refreshTokens, csrfTokens, sessions, clock }
  return {
    register: createRegister({ ...signIn, tenants, transaction }),
    login: createLogin({ ...signIn, users, sessions, auditStore: stores.audit }),
    refreshSession: createRefreshSession({
      ...present,
      sessionRules: config.sessions,
      endSessions,
      issueTokens,
      audit,
      logger,
    }),
    logout: createLogout({ ...present, verifier, endSessions, audit }),
    revokeSession: createRevokeSession({ endSessions, audit }),
    revokeOtherSessions: createRevokeOtherSessions({ endSessions, audit }),
    findCsrfToken: createFindCsrfToken({ ...present, verifier }),
  }
}
