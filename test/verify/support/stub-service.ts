import { exportJWK, generateKeyPair, SignJWT } from 'jose'

type Answer = () => Response | Promise<Response>

export const issuer = 'https://auth.example.com'
const ids = { sub: 1, sid: 2, jti: 3, tid: 4 }
/** A UUID that ends with that digit. */
export const uuidOf = (digit: number) => `00000000-0000-7000-8000-00000000000${digit}`

/** What a service publishes for verifiers, with answers that a test replaces. */
export class StubService {
  readonly now = 1_790_000_000_000
  /** Time that has passed, in seconds. */
  elapsed = 0
  readonly answers = new Map<string, Answer>()
  /** The paths that were asked, in order. */
  readonly asked: string[] = []
  readonly #privateKey: CryptoKey
  readonly jwk: Readonly<Record<string, unknown>>

  private constructor(privateKey: CryptoKey, jwk: Readonly<Record<string, unknown>>) {
    this.#privateKey = privateKey
    this.jwk = jwk
    this.answers.set('/.well-known/oauth-authorization-server', () => Response.json(this.metadata()))
    this.answers.set('/.well-known/jwks.json', () => Response.json({ keys: [jwk] }))
    this.answers.set('/revocations', () => Response.json(this.page()))
  }

  static async start(kid = 'first'): Promise<StubService> {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    return new StubService(privateKey, { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })
  }

  metadata(changes: object = {}): object {
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      introspection_endpoint: `${issuer}/oauth2/introspect`,
      gatehouse_revocations_endpoint: `${issuer}/revocations`,
      ...changes,
    }
  }

  page(changes: object = {}): object {
    return { sessions: [], users: [], tokens: [], access: [], cursor: 'c', more: false, ...changes }
  }

  /** A token that is good unless these claims or the `kid` make it bad. */
  token(claims: object = {}, kid = 'first'): Promise<string> {
    const iat = Math.floor(this.now / 1000)
    const own = Object.fromEntries(Object.entries(ids).map(([name, digit]) => [name, uuidOf(digit)]))
    const rest = { role: 'USER', ver: 1, amr: ['pwd'], acr: 'aal1', auth_time: iat, scope: '' }
    return new SignJWT({ iss: issuer, aud: 'gatehouse', iat, exp: iat + 86_400, ...own, ...rest, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .sign(this.#privateKey)
  }

  options() {
    const send = async (input: string | URL | Request, init?: RequestInit) => {
      const { url } = new Request(input, init)
      const { pathname } = new URL(url)
      this.asked.push(pathname)
      const answer = this.answers.get(pathname)
      return answer === undefined ? new Response('', { status: 404 }) : answer()
    }
    const now = () => this.now + this.elapsed * 1000
    return { issuer, audience: 'gatehouse', anyTenant: true as const, fetch: send, now }
  }
}
