import { CheckPasswordStrengthDocument } from 'gatehouse-client/documents'
import { useEffect, useState } from 'react'
import { Field } from './form.tsx'
import { send } from './gatehouse.ts'

const scores = ['very weak', 'weak', 'fair', 'good', 'strong']
/** Delay after the last key: the number of checks is limited. */
const typingDelayMs = 400

/** A new password, with its strength while it is typed. */
export function NewPasswordField({ label, name }: { readonly label: string; readonly name: string }) {
  const [password, setPassword] = useState('')
  const [strength, setStrength] = useState('')
  useEffect(() => {
    let isCurrent = true
    const timer = setTimeout(async () => {
      const next = password === '' ? '' : await describeStrength(password).catch(() => '')
      if (isCurrent) setStrength(next)
    }, typingDelayMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [password])
  return (
    <Field
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      hint={strength}
      onInput={setPassword}
    />
  )
}

/** Empty if the service does not say, for example after too many checks: then it judges the password when the form is sent. */
async function describeStrength(password: string): Promise<string> {
  const { checkPasswordStrength: result } = await send(CheckPasswordStrengthDocument, { input: { password } })
  if (result?.__typename !== 'PasswordStrength') return ''
  const { acceptable, score, suggestions } = result
  return acceptable ? `Strength: ${scores[score] ?? score}` : `Not yet: ${suggestions.join(' ')}`
}
