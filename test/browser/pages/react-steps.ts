import { createElement, type ReactNode, useState } from 'react'
import { type SignInSteps, useAuth, useSignInSteps } from '../../../src/clients/react.ts'

const loginText = `mutation Login($input: LoginInput!) { login(input: $input) { __typename
  ... on LoginSuccess { tokens { accessToken expiresIn refreshToken csrfToken } }
  ... on MfaChallenge { challengeToken methods }
  ... on MfaEnrolmentRequired { enrolmentToken enrollable } } }`

/** The sign-in of the page, with its further steps. */
export function SignIn(): ReactNode {
  const { client } = useAuth()
  const steps = useSignInSteps()
  const signIn = async () => {
    const answer = await client.request<{ login?: object }>(loginText, credentials())
    steps.begin(answer.data?.login)
  }
  return steps.step === null ? button('Sign in', signIn) : createElement(Step, steps)
}

/** Shows the type of the step, and what its functions return. */
function Step({ step, complete, startApp, confirmApp, cancel }: SignInSteps): ReactNode {
  const [code, setCode] = useState('')
  const [said, setSaid] = useState('')
  return createElement(
    'section',
    null,
    createElement('h2', null, step?.__typename),
    createElement('output', null, said),
    createElement('p', null, step && 'recoveryCodes' in step && `${step.recoveryCodes?.length} codes`),
    createElement('input', {
      'aria-label': 'Code',
      onChange: (event: { target: HTMLInputElement }) => setCode(event.target.value),
    }),
    button('Prove', async () => setSaid((await complete({ code })).code ?? '')),
    button('Set up', async () => setSaid((await startApp()).secret ?? '')),
    button('Confirm', async () => setSaid((await confirmApp(code)).code ?? '')),
    button('Finish', () => complete()),
    button('Cancel', cancel),
  )
}

export function button(label: string, onClick: () => unknown) {
  return createElement('button', { key: label, type: 'button', onClick }, label)
}

/** The test writes them into the fragment of the address. */
function credentials() {
  const [identifier, password] = decodeURIComponent(location.hash.slice(1)).split(' ')
  return { input: { identifier, password } }
}
