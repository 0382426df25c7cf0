import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { codeBlocks, readPage } from '../docs/support/pages.ts'
import { hasProxy, nginxWith, RealProxy } from '../http/support/real-proxy.ts'
import { freePort } from '../support/free-port.ts'
import { mailsTo } from '../support/mails.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { watchForbidden } from './support/page-checks.ts'
import { browserStage } from './support/stage.ts'

const installed = inject('chromium') !== null && hasProxy('nginx')
const origin = `http://localhost:${await freePort()}`
const appUrl = `${origin}/auth`

/** The locations of docs/pages.md in front of the service. */
function configure(service: string, front: number, folder: string): string {
  const locations = codeBlocks(readPage('docs/pages.md'), 'nginx')
  expect(locations).toHaveLength(2)
  return nginxWith(
    `upstream gatehouse { server ${service}; }
    server {
      listen 127.0.0.1:${front};
      listen ${new URL(origin).host.replace('localhost', '127.0.0.1')};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      ${locations.join('\n')}
    }`,
    folder,
  )
}

describe.skipIf(!installed)('the hosted pages below a path', () => {
  const stage = browserStage({
    build: () => undefined,
    env: { APP_URL: appUrl, PUBLIC_URL: origin, LINK_TOKEN_IN: 'fragment', CORS_ORIGINS: '' },
  })
  let nginx: RealProxy
  beforeAll(async () => {
    const service = new URL(stage().serviceUrl).host.replace('localhost', '127.0.0.1')
    nginx = await RealProxy.startWith('nginx', (front, folder) => configure(service, front, folder))
  })
  afterAll(() => nginx.stop())

  it('load their files, call the API, and are where mails lead', async () => {
    const email = freshEmail()
    const ada = await AppUser.openAt(stage(), `${appUrl}/sign-up`)
    const forbidden = watchForbidden(ada.browser, origin)
    await ada.fill({ 'E-mail address': email, Password: goodPassword })
    await ada.press('Create account')
    await ada.page.getByRole('heading', { name: 'Profile' }).waitFor()
    expect(ada.page.url()).toBe(`${appUrl}/account`)
    const [link = ''] = (await mailsTo(stage().test, email))[0]?.links ?? []
    expect(link.startsWith(`${appUrl}/verify-email#token=`)).toBe(true)
    await ada.page.goto(link)
    await ada.press('Verify address')
    await ada.sees('Thank you. Your e-mail address is verified.')
    await ada.follow('Go to your account')
    await ada.page.getByText('verified', { exact: true }).waitFor()
    expect(forbidden).toEqual([])
    await ada.press('Sign out')
    await ada.sees('You have signed out.')
  })

  it('lead back to the application', async () => {
    const email = freshEmail()
    const target = `${origin}/auth/sign-in?from=app`
    const ada = await AppUser.openAt(
      stage(),
      `${appUrl}/sign-up?${new URLSearchParams({ return_to: '/auth/sign-in?from=app' })}`,
    )
    await ada.fill({ 'E-mail address': email, Password: goodPassword })
    await ada.press('Create account')
    await ada.page.waitForURL(target)
    await ada.sees(`You are signed in as ${email}.`)
  })
})
