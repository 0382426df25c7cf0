import type { TestApp } from './test-app.ts'

/** The mails to an address, newest first, after everything that is due has been delivered. */
export async function mailsTo(test: TestApp, email: string) {
  await test.deliverMail()
  return test.mailbox.filter(({ to }) => to.includes(email))
}

/** The token of the link to that page in the newest mail to an address that has one. */
export async function tokenFor(test: TestApp, email: string, page: string): Promise<string> {
  const links = (await mailsTo(test, email)).flatMap((mail) => mail.links)
  const link = links.find((candidate) => new URL(candidate).pathname.endsWith(`/${page}`))
  const token = link === undefined ? null : new URL(link).searchParams.get('token')
  if (token === null) throw new Error(`No mail to ${email} has a link to ${page}: ${links.join(' ')}`)
  return token
}
