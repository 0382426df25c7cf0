import { HOTP, Secret, TOTP } from 'otpauth'
import { renderSVG } from 'uqr'
import type { TotpAccount, TotpAlgorithm, TotpDescription } from '../../domain/factors/totp.ts'
import { equalDigests } from '../../lib/crypto/digest.ts'

const algorithm = 'SHA1'
const digits = 6
const periodSeconds = 30
/** Light modules around the code (ISO/IEC 18004). */
const quietZone = 4
/** Steps before and after the present one that are accepted: clocks differ, and typing takes time (RFC 6238, section 5.2). */
const window = [-1, 0, 1] as const

/** RFC 6238 with the parameters that every authenticator app supports. Everything is computed in this process. */
export class OtpauthTotp implements TotpAlgorithm {
  findStep(secretBytes: Uint8Array<ArrayBuffer>, code: string, now: Date): number | null {
    const secret = secretOf(secretBytes)
    const present = Math.floor(now.getTime() / 1000 / periodSeconds)
    const steps = window.map((offset) => present + offset)
    const matching = steps.filter((counter) =>
      isEqual(HOTP.generate({ secret, algorithm, digits, counter }), code),
    )
    return matching.at(-1) ?? null
  }

  describe(secretBytes: Uint8Array<ArrayBuffer>, { issuer, label }: TotpAccount): TotpDescription {
    const secret = secretOf(secretBytes)
    const totp = new TOTP({ issuer, label, secret, algorithm, digits, period: periodSeconds })
    const uri = totp.toString()
    return { secret: secret.base32, uri, qrCodeSvg: renderSVG(uri, { border: quietZone }) }
  }
}

function secretOf(bytes: Uint8Array<ArrayBuffer>): Secret {
  return new Secret({ buffer: new Uint8Array(bytes).buffer })
}

function isEqual(expected: string, code: string): boolean {
  return equalDigests(Buffer.from(expected), Buffer.from(code))
}
