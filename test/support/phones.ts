import { randomInt } from 'node:crypto'
import type { Actor } from './actor.ts'
import { requestPhoneVerificationDocument, verifyPhoneDocument } from './operations.ts'
import { askAs, type SignedIn, signUp } from './people.ts'
import type { TestApp } from './test-app.ts'

/** A valid mobile number that no other test uses. */
export function freshPhoneNumber(): string {
  return `+49151${randomInt(10_000_000, 99_999_999)}`
}

/** A user with a phone number. */
export async function signUpWithPhone(test: TestApp, actor: Actor = test.actor()) {
  const phoneNumber = freshPhoneNumber()
  return { ...(await signUp(actor, { phoneNumber })), phoneNumber }
}

export function requestCode(test: TestApp, viewer: Pick<SignedIn, 'accessToken'>) {
  return askAs(test, viewer, requestPhoneVerificationDocument, {})
}

export function verifyCode(test: TestApp, viewer: Pick<SignedIn, 'accessToken'>, code: string) {
  return askAs(test, viewer, verifyPhoneDocument, { input: { code } })
}

/** Delivers text messages into the development mailbox, and returns the codes that a number received, newest first. */
export async function codesTo(test: TestApp, phoneNumber: string): Promise<readonly string[]> {
  await test.deliverMail()
  return test.mailbox.filter(({ to }) => to === phoneNumber).map(({ text }) => text.slice(0, 6))
}

/** Requests a code and returns it. */
export async function freshCode(
  test: TestApp,
  viewer: Pick<SignedIn, 'accessToken'> & { readonly phoneNumber: string },
): Promise<string> {
  const requested = await requestCode(test, viewer)
  const [code] = await codesTo(test, viewer.phoneNumber)
  if (code === undefined) throw new Error(`No code arrived: ${JSON.stringify(requested)}`)
  return code
}

/** Another code of six digits. */
export function otherCode(code: string, offset = 1): string {
  return String((Number(code) + offset) % 1_000_000).padStart(6, '0')
}
