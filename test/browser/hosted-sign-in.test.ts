import { expect, it } from 'vitest'
import { signUp } from '../support/people.ts'
import { goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { browserStage, describeInBrowser } from './support/stage.ts'

describeInBrowser('the hosted sign-in', () => {
  const stage = browserStage({
    build: () => undefined,
    env: { APP_URL: '' },
  })
  const open = (page: string, options = {}) =>
    AppUser.openAt(stage(), `${stage().serviceUrl}/${page}`, options)

  it('leads to an allowed origin, and nowhere else', async () => {
    const { email } = await signUp(stage().test.actor())
    const target = `${stage().pagesUrl}/welcome?from=sign-in`
    const ada = await open(`sign-in?${new URLSearchParams({ return_to: target })}`)
    await ada.page.route(target, (route) => route.fulfill({ contentType: 'text/html', body: 'Welcome back' }))
    await ada.signIn(email)
    await ada.sees('Welcome back')
    expect(ada.page.url()).toBe(target)
    await ada.page.goto(`${stage().serviceUrl}/sign-in?return_to=https://evil.example`)
    await ada.sees(`You are signed in as ${email}.`)
    await ada.press('Continue')
    await ada.sees('Personal details')
    expect(new URL(ada.page.url()).origin).toBe(stage().serviceUrl)
  })

  it('keeps the target while the visitor goes from page to page', async () => {
    const ada = await open(`sign-in?return_to=${encodeURIComponent(stage().pagesUrl)}`)
    await ada.follow('Create an account')
    expect(new URL(ada.page.url()).searchParams.get('return_to')).toBe(stage().pagesUrl)
    await ada.page.goBack()
    await ada.page.getByRole('heading', { name: 'Sign in to Gatehouse' }).waitFor()
  })

  it('speaks the language of the browser', async () => {
    const ada = await open('sign-in', { locale: 'fr-CA' })
    await ada.page.getByRole('heading', { name: 'Se connecter à Gatehouse' }).waitFor()
    expect(await ada.page.title()).toBe('Se connecter – Gatehouse')
    expect(await ada.page.locator('html').getAttribute('lang')).toBe('fr')
  })

  it('says that the browser is offline, and goes on when it is back', async () => {
    const { email } = await signUp(stage().test.actor())
    const ada = await open('sign-in')
    await ada.page.locator('h1').waitFor()
    await ada.browser.setOffline(true)
    await ada.sees('You are offline.')
    await ada.fill({ 'E-mail or username': email, Password: goodPassword })
    await ada.press('Sign in')
    await ada.sees('The service cannot be reached.')
    await ada.browser.setOffline(false)
    await ada.page.getByText('You are offline.').waitFor({ state: 'detached' })
  })

  it('keeps the session in memory where the browser keeps no __Host- cookies', async () => {
    const { email } = await signUp(stage().test.actor())
    const browser = await stage().openBrowser()
    await browser.addInitScript(() => {
      Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => undefined })
    })
    const page = await browser.newPage()
    const notes: string[] = []
    page.on('console', (message) => notes.push(message.text()))
    await page.goto(`${stage().serviceUrl}/account`)
    const ada = new AppUser(stage(), browser, page)
    await ada.signIn(email)
    await ada.sees('Personal details')
    await ada.follow('Devices')
    await ada.seesRows(2)
    expect(await browser.cookies()).toEqual([])
    expect(notes.filter((note) => note.includes('__Host-'))).toHaveLength(1)
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to Gatehouse' }).waitFor()
  })
})

describeInBrowser('the hosted sign-in with rate limits', () => {
  const stage = browserStage({
    build: () => undefined,
    env: { APP_URL: '', RATE_LIMITS: 'on', RATE_LIMIT_LOGIN_ADDRESS: '2/1m' },
  })

  it('says how long to wait after too many attempts', async () => {
    const ada = await AppUser.openAt(stage(), `${stage().serviceUrl}/sign-in`)
    for (let n = 0; n < 3; n += 1) {
      await ada.signIn(`ada-${n}@example.com`, 'wrong')
      await ada.page.getByRole('alert').getByText(/./).waitFor()
    }
    await ada.page
      .getByRole('alert')
      .getByText(/^Too many attempts\. Try again in \d+ (seconds|minutes)\.$/)
      .waitFor()
    const button = ada.page.getByRole('button', { name: 'Sign in', exact: true })
    expect(await button.getAttribute('aria-disabled')).toBe('true')
  })
})
