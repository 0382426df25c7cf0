import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AlertReceiver, isSigned } from '../support/alert-receiver.ts'
import { eventually } from '../support/eventually.ts'
import { requestCode, signUpWithPhone, verifyCode } from '../support/phones.ts'
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.ts'

const secret = 'a-secret-of-the-text-webhook-0123456789'

let receiver: AlertReceiver
let test: TestApp
beforeEach(async () => {
  receiver = await AlertReceiver.open()
  test = await openApp()
})
afterEach(async () => {
  await test.close()
  await receiver.close()
})

function openApp(
  env: Record<string, string> = {},
  infrastructure?: TestAppOptions['infrastructure'],
): Promise<TestApp> {
  return createTestApp({
    ...(infrastructure && { infrastructure }),
    env: {
      SMS_WEBHOOK_URL: receiver.url,
      SMS_WEBHOOK_SECRET: secret,
      SMS_WEBHOOK_PRIVATE: 'on',
      APP_NAME: 'Acme',
      ...env,
    },
  })
}

const emailsOf = (people: readonly { readonly email: string }[]) =>
  people.map(({ email }) => email).toSorted()
/** A call that does not end before `end` is called. */
function hanging() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { ended, end: () => end() }
}

const nowSeconds = () => test.clock.now().getTime() / 1000
const queued = (userId: string) =>
  test.database.client.mailMessage.findFirstOrThrow({ where: { userId, kind: 'VERIFY_PHONE' } })

describe('the webhook of text messages', () => {
  it('receives a signed message whose code verifies the number', async () => {
    const ada = await signUpWithPhone(test)
    const { expiresAt } = await requestCode(test, ada)
    await test.deliverMail()
    expect(receiver.received).toHaveLength(1)
    const [message] = receiver.received
    expect(message && isSigned(message, secret, nowSeconds())).toBe(true)
    expect(message && isSigned(message, `${secret}x`, nowSeconds())).toBe(false)
    const [notice] = receiver.notices
    const code = String(notice?.code)
    expect(notice).toEqual({
      kind: 'VERIFY_PHONE',
      id: (await queued(ada.userId)).id,
      to: ada.phoneNumber,
      text: `${code} is your code for Acme. It is valid for 10 minutes. Do not share it. If you did not request it, ignore this message.`,
      language: 'en',
      code,
      expiresAt,
    })
    expect(test.mailbox.filter(({ to }) => to === ada.phoneNumber)).toEqual([])
    expect((await verifyCode(test, ada, code)).__typename).toBe('VerifyPhoneSuccess')
  })

  it('receives a failed message again under the same id, until the code expires', async () => {
    receiver.status = 503
    const ada = await signUpWithPhone(test)
    await requestCode(test, ada)
    await test.deliverMail()
    test.clock.advance(60)
    await test.deliverMail()
    const [first, second] = receiver.notices
    expect(second).toMatchObject({ id: first?.id, code: first?.code })
    expect(second?.text).toContain('valid for 9 minutes')
    test.clock.advance(3600)
    await test.deliverMail()
    expect(receiver.received).toHaveLength(2)
    expect(await queued(ada.userId)).toMatchObject({ state: 'DISCARDED', sealedParameters: null })
  })

  it('does not receive a refused message again', async () => {
    receiver.status = 400
    const ada = await signUpWithPhone(test)
    await requestCode(test, ada)
    await test.deliverMail()
    test.clock.advance(300)
    await test.deliverMail()
    expect(receiver.received).toHaveLength(1)
    expect(await queued(ada.userId)).toMatchObject({ state: 'FAILED', sealedParameters: null })
    const log = test.log.join('\n')
    expect(log).toContain('HTTP 400')
    for (const hidden of ['s3same', secret, ada.phoneNumber.slice(1), String(receiver.notices[0]?.code)])
      expect(log).not.toContain(hidden)
  })

  it('receives nothing about an account that was deleted meanwhile', async () => {
    const ada = await signUpWithPhone(test)
    await requestCode(test, ada)
    await test.database.client.user.delete({ where: { id: ada.userId } })
    await test.deliverMail()
    expect(receiver.received).toEqual([])
  })

  it('receives messages while the mail server hangs, and while calls to it are blocked', async () => {
    await test.close()
    const hang = hanging()
    let capacity = Number.POSITIVE_INFINITY
    const mailTransport = {
      send: () => hang.ended,
      capacity: () => capacity,
      close: async () => undefined,
    }
    test = await openApp({}, (opened) => ({ ...opened, mailTransport }))
    const people = await Promise.all(Array.from({ length: 11 }, () => signUpWithPhone(test)))
    const [ada, bob] = people
    if (ada === undefined || bob === undefined) throw new Error('No one signed up.')
    await requestCode(test, ada)
    const delivered = test.deliverMail()
    await eventually(() => expect(receiver.notices).toMatchObject([{ to: ada.phoneNumber }]))
    capacity = 0
    await requestCode(test, bob)
    const blocked = test.deliverMail()
    await eventually(() => expect(receiver.notices).toHaveLength(2))
    hang.end()
    await Promise.all([delivered, blocked])
  })

  it('does not delay mails while it hangs, and keeps the attempts of messages while it is blocked', async () => {
    await test.close()
    const hang = hanging()
    let capacity = Number.POSITIVE_INFINITY
    const textTransport = { send: () => hang.ended, capacity: () => capacity }
    test = await openApp({}, (opened) => ({ ...opened, textTransport }))
    const people = await Promise.all(Array.from({ length: 12 }, () => signUpWithPhone(test)))
    for (const person of people.slice(0, 11)) await requestCode(test, person)
    const delivered = test.deliverMail()
    await eventually(() => expect(test.mailbox.map(({ to }) => to).toSorted()).toEqual(emailsOf(people)))
    hang.end()
    await delivered
    capacity = 0
    const [last] = people.slice(-1)
    if (last === undefined) throw new Error('No one signed up.')
    await requestCode(test, last)
    await test.deliverMail()
    expect(await queued(last.userId)).toMatchObject({ state: 'QUEUED', attempts: 0 })
  })

  it('works without mail', async () => {
    await test.close()
    test = await openApp({ MAIL: 'off', EMAIL_VERIFICATION: 'off' })
    const ada = await signUpWithPhone(test)
    await requestCode(test, ada)
    await test.deliverMail()
    expect(receiver.notices).toMatchObject([{ to: ada.phoneNumber }])
  })

  it('is required: without it and without the development mailbox nothing is sent', async () => {
    await test.close()
    test = await openApp({ SMS_WEBHOOK_URL: '', MAIL: 'off', EMAIL_VERIFICATION: 'off' })
    const ada = await signUpWithPhone(test)
    expect(await requestCode(test, ada)).toEqual({
      __typename: 'AuthNotFoundProblem',
      code: 'NOT_FOUND',
      message: 'The verification of phone numbers is not configured on this service.',
    })
    expect(await test.database.client.phoneCode.count()).toBe(0)
  })
})
