import { Field } from '../design/field.tsx'
import { useTexts } from '../texts.ts'

/** The field for a code of the authenticator app. Browsers offer codes that they know. */
export function CodeField({ name }: { readonly name: string }) {
  const { factors } = useTexts()
  return <Field label={factors.step.code} name={name} autoComplete="one-time-code" inputMode="numeric" />
}

/** The field for a recovery code. */
export function RecoveryCodeField({ name }: { readonly name: string }) {
  const { factors } = useTexts()
  return <Field label={factors.step.recoveryCode} name={name} autoComplete="off" />
}
