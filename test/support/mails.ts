import type { TestApp } from './test-app.ts'

/** Delivers all mails that are due and returns those to an address, newest first. */
export async function mailsTo(test: TestApp, email: string) {
  await test.deliverMail()
  return test.mailbox.filter(({ to }) => to.includes(email))
}

/** The token of a link, in its fragment or in its query. */
export function tokenIn(link: string): string | null {
  const { hash, searchParams } = new URL(link)
  return new URLSearchParams(hash.slice(1)).get('token') ?? searchParams.get('token')
}

/** The token in the link to a page, from the newest mail to an address that contains such a link. */
export async function tokenFor(test: TestApp, email: string, page: string): Promise<string> {
  const links = (await mailsTo(test, email)).flatMap((mail) => mail.links)
  const link = links.find((candidate) => new URL(candidate).pathname.endsWith(`/${page}`))
  const token = link === undefined ? null : tokenIn(link)
  if (token === null) throw new Error(`No mail to ${email} has a link to ${page}: ${links.join(' ')}`)
  return token
}
