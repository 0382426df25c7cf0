import type { Viewer } from 'gatehouse-verify'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { ask, GatehouseUnavailable } from '../gatehouse/service.ts'
import { getViewer } from '../gatehouse/viewer.ts'
import { ActionForm } from './action-form.tsx'
import { saveName, signIn, signOut } from './actions.ts'

interface HomeProps {
  readonly searchParams: Promise<Readonly<Record<string, unknown>>>
}

export default async function Home({ searchParams }: HomeProps) {
  const verification = await getViewer()
  if (verification.status === 'unavailable') return <Unavailable />
  if (verification.status === 'signed-out') return <SignIn />
  const me = await findMe()
  if (me === 'unavailable') return <Unavailable />
  if (me !== 'refused') return <Account viewer={verification.viewer} me={me} />
  // Once: if a new token is refused too, the browser must not go round in circles.
  if ((await searchParams).refreshed === undefined) redirect('/session')
  return <SignIn />
}

interface Me {
  readonly displayName: string
  readonly firstName: string | null
  readonly email: string
}

/** The user's own data, which only Gatehouse has. */
async function findMe(): Promise<Me | 'refused' | 'unavailable'> {
  try {
    const { data, errors } = await ask(await headers(), '{ me { displayName firstName email } }')
    if (errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) return 'refused'
    return data?.me ?? 'unavailable'
  } catch (error) {
    if (error instanceof GatehouseUnavailable) return 'unavailable'
    throw error
  }
}

function Account({ viewer, me }: { readonly viewer: Viewer; readonly me: Me }) {
  return (
    <>
      <h1>Hello, {me.firstName ?? me.displayName}</h1>
      <dl>
        <dt>User</dt>
        <dd>{viewer.userId}</dd>
        <dt>E-mail</dt>
        <dd>{me.email}</dd>
        <dt>Permissions</dt>
        <dd>{[...viewer.scopes].join(', ') || 'none'}</dd>
      </dl>
      <ActionForm label="Save" action={saveName}>
        <label>
          First name <input name="firstName" defaultValue={me.firstName ?? ''} autoComplete="given-name" />
        </label>
      </ActionForm>
      <ActionForm label="Sign out" action={signOut} />
    </>
  )
}

function SignIn() {
  return (
    <>
      <h1>Sign in</h1>
      <ActionForm label="Sign in" action={signIn}>
        <label>
          E-mail or username <input name="identifier" autoComplete="username" required />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" required />
        </label>
      </ActionForm>
    </>
  )
}

function Unavailable() {
  return (
    <>
      <h1>The service is not reachable</h1>
      <p>Your session is kept. Reload this page in a moment.</p>
    </>
  )
}
