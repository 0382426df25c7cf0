'use server'

import { revalidatePath } from 'next/cache'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { GatehouseUnavailable, mutate } from '../gatehouse/service.ts'

/** What a form shows after it was sent. */
export type Outcome = string | null

export async function signIn(_before: Outcome, form: FormData): Promise<Outcome> {
  const input = { identifier: text(form, 'identifier'), password: text(form, 'password') }
  const problem = await send('LoginSuccess', loginDocument, { input: { ...input, tokenTransport: 'COOKIE' } })
  // The next request has the new cookies.
  return problem ?? redirect('/')
}

export async function signOut(): Promise<Outcome> {
  return (await send('LogoutSuccess', logoutDocument)) ?? redirect('/')
}

export async function saveName(_before: Outcome, form: FormData): Promise<Outcome> {
  const input = { firstName: text(form, 'firstName') }
  const problem = await send('UpdateProfileSuccess', updateProfileDocument, { input })
  revalidatePath('/')
  return problem ?? 'Saved.'
}

const loginDocument = `mutation ($input: LoginInput!) {
  result: login(input: $input) { __typename ... on AuthProblem { message } } }`
const logoutDocument = 'mutation { result: logout { __typename ... on AuthProblem { message } } }'
const updateProfileDocument = `mutation ($input: UpdateProfileInput!) {
  result: updateProfile(input: $input) { __typename ... on AuthProblem { message } } }`

/** Sends a mutation and passes the cookies of Gatehouse on to the browser. Null if it returned the success. */
async function send(success: string, document: string, variables = {}): Promise<Outcome> {
  try {
    const { data, cookies: changes } = await mutate(await headers(), document, variables)
    const jar = await cookies()
    for (const cookie of changes) jar.set(cookie)
    const result = data?.result ?? null
    if (result?.__typename === success) return null
    // Other results of login are further steps, such as MfaChallenge. This example has no pages for them.
    return result?.message ?? 'This did not work. Reload the page and try again.'
  } catch (error) {
    if (error instanceof GatehouseUnavailable) return 'The service is not reachable. Try again in a moment.'
    throw error
  }
}

function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
