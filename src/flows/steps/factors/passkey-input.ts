import { z } from 'zod'
import type { AssertionResponse, RegistrationResponse } from '../../../domain/factors/webauthn-verifier.ts'
import { InvalidInputProblem } from '../../../domain/problems.ts'
import type { JsonObject } from '../../../lib/text/json.ts'
import { displayedLine, isVisible, parseInput } from '../input.ts'

/** Maximum size of a WebAuthn response as JSON. One with an attestation of several certificates has 6 kB. */
const maxResponseBytes = 16 * 1024
/** 1023 bytes (WebAuthn section 4, Credential ID). */
const maxIdLength = 1364

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'Must be base64url without padding.')
const credential = { id: base64url.max(maxIdLength), type: z.literal('public-key') }

const registration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string()).nullish(),
  }),
})

const assertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: z.string().nullish(),
  }),
})

/** The name of a passkey, without white space around it. */
export const passkeyName = displayedLine(100)
  .transform((raw) => raw.trim())
  .refine(isVisible, {
    message: 'Must contain at least one visible character.',
    params: { code: 'REQUIRED' },
  })

/** A token of a ceremony. Any other text is no input error, but no token. */
export const ceremonyToken = z.string()

/** Reads the response of `navigator.credentials.create()`. @throws InvalidInputProblem for the input field */
export function readRegistration(
  field: string,
  json: JsonObject,
): RegistrationResponse & { readonly transports: readonly string[] } {
  const { id, response } = parseField(field, registration, json)
  const { transports, ...rest } = response
  return { id, ...rest, transports: transports ?? [] }
}

/** Reads the response of `navigator.credentials.get()`. @throws InvalidInputProblem for the input field */
export function readAssertion(
  field: string,
  json: JsonObject,
): AssertionResponse & { readonly userHandle: string | null } {
  const { id, response } = parseField(field, assertion, json)
  const { userHandle, ...rest } = response
  return { id, ...rest, userHandle: userHandle ?? null }
}

function parseField<T>(field: string, rules: z.ZodType<T>, json: JsonObject): T {
  if (Buffer.byteLength(JSON.stringify(json)) > maxResponseBytes) throw tooLong(field)
  try {
    return parseInput(rules, json)
  } catch (error) {
    if (!(error instanceof InvalidInputProblem)) throw error
    throw new InvalidInputProblem(
      error.issues.map(({ path, ...issue }) => ({ ...issue, path: [field, ...path] })),
    )
  }
}

function tooLong(field: string): InvalidInputProblem {
  return new InvalidInputProblem([{ path: [field], code: 'TOO_LONG', message: 'At most 16 kB of JSON.' }])
}
