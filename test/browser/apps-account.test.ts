import { expect, it } from 'vitest'
import { signIn } from '../support/people.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { buildApp } from './support/example-apps.ts'
import { expectAccessible } from './support/page-checks.ts'
import { browserStage, describeInBrowser } from './support/stage.ts'

const newPassword = 'Battery-Staple-77?'

describeInBrowser.each([
  ['apollo', 'HYBRID'],
  ['urql', 'COOKIE'],
] as const)('the account in the example app with %s and %s', (name, transport) => {
  const stage = browserStage({
    build: (folder, url) => buildApp(name, transport, url, folder),
    env: { SESSION_LIMIT: '50' },
  })
  const open = () => AppUser.open(stage())
  async function register() {
    const [email, ada] = [freshEmail(), await open()]
    await ada.register(email)
    return { email, ada }
  }
  const focusedName = (ada: AppUser) => ada.page.locator('input:focus').getAttribute('name')

  it('shows a refused value at its field, and moves the focus there', async () => {
    const { ada } = await register()
    await ada.fill({ Username: 'a b' })
    await ada.press('Save')
    await ada.page.locator('input[name=username][aria-invalid=true]:focus').waitFor()
    const described = await ada.page.locator('input[name=username]').getAttribute('aria-describedby')
    const message = ada.page.locator(`[id="${described?.split(' ')[0]}"]`)
    expect(await message.textContent()).toContain('3 to 32 letters')
    await expectAccessible(ada.page)
    await ada.fill({ Username: '' })
    await ada.press('Save')
    await ada.sees('Saved.')
    expect(await ada.page.locator('[aria-invalid=true]').count()).toBe(0)
  })

  it('changes the password, with its strength while it is typed', async () => {
    const { email, ada } = await register()
    const other = await open()
    await other.signIn(email)
    await other.sees('Hello, Ada')
    await ada.follow('Password and e-mail')
    await ada.page.getByRole('heading', { level: 1, name: 'Password and e-mail' }).waitFor()
    expect(await ada.page.title()).toBe('Password and e-mail – Example')
    expect(await ada.page.locator('h1:focus').count()).toBe(1)
    const form = ada.page.locator('form', { hasText: 'Change password' })
    await form.getByLabel('Current password').fill(goodPassword)
    await form.getByLabel('New password').fill('ada')
    await form.getByText(/^Not yet: /).waitFor()
    await ada.press('Change password')
    await ada.page.locator('input[name=newPassword][aria-invalid=true]:focus').waitFor()
    await form.getByLabel('New password').fill(newPassword)
    await form.getByText(/^Strength: (good|strong)$/).waitFor()
    await form.getByLabel('Current password').fill('wrong')
    await ada.press('Change password')
    await ada.page.locator('[role=alert]:focus').waitFor()
    await form.getByLabel('Current password').fill(goodPassword)
    await ada.press('Change password')
    await ada.sees('Your password is changed, and other devices are signed out.')
    expect(await form.getByLabel('New password').inputValue()).toBe('')
    await other.sees('Your session has ended. Please sign in again.')
    await other.signIn(email, newPassword)
    await other.sees('Hello, Ada')
  })

  it('changes the e-mail address by the link of the mail', async () => {
    const [{ ada }, newEmail] = [await register(), freshEmail('augusta')]
    await ada.follow('Password and e-mail')
    const form = ada.page.locator('form', { hasText: 'New e-mail' })
    await form.getByLabel('New e-mail').fill(newEmail)
    await form.getByLabel('Current password').fill(goodPassword)
    await form.getByRole('button').click()
    await ada.sees(`If ${newEmail} is free`)
    const link = await ada.followMail(newEmail, 'Confirm your new e-mail address')
    await link.press('Confirm')
    await link.sees('Your e-mail address has been changed.')
    await link.follow('Go to my account')
    await link.sees(newEmail)
  })

  it('deletes the account after a confirmation, by the keyboard', async () => {
    const { email, ada } = await register()
    await ada.follow('Password and e-mail')
    const { keyboard } = ada.page
    await ada.page.getByRole('button', { name: 'Delete account…' }).focus()
    await keyboard.press('Enter')
    const dialog = ada.page.getByRole('dialog', { name: 'Delete account' })
    await dialog.waitFor()
    await expectAccessible(ada.page)
    await keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await keyboard.press('Enter')
    expect(await focusedName(ada)).toBe('currentPassword')
    await keyboard.type(goodPassword)
    await keyboard.press('Enter')
    await ada.sees('Your account has been deleted.')
    await ada.signIn(email)
    await ada.page.getByRole('alert').waitFor()
  })

  it('shows devices and events beyond the first page', async () => {
    const { email, ada } = await register()
    for (let n = 0; n < 21; n += 1) await signIn(stage().test.actor(), email)
    await ada.follow('My devices')
    await ada.seesRows(20)
    await ada.press('Show more')
    await ada.seesRows(22)
    await expectAccessible(ada.page)
    await ada.follow('Security history')
    await ada.seesRows(21) // twenty events and the button
    await ada.press('Show more')
    await ada.sees('User registered')
    await ada.page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
    await expectAccessible(ada.page)
  })
})
