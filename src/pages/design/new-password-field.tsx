import { useState } from 'preact/hooks'
import { requirementIn } from '../failure.ts'
import { useTexts } from '../texts.ts'
import { PasswordField } from './password-field.tsx'
import { type Policy, type Strength, usePolicy, useStrength } from './password-strength.ts'

interface NewPasswordFieldProps {
  readonly label: string
  readonly name: string
}

/** A new password with its strength, and what it lacks, in words. */
export function NewPasswordField({ label, name }: NewPasswordFieldProps) {
  const [password, setPassword] = useState('')
  const policy = usePolicy()
  const strength = useStrength(password)
  const hint = <Requirements policy={policy} strength={strength} />
  return (
    <PasswordField label={label} name={name} autoComplete="new-password" hint={hint} onInput={setPassword} />
  )
}

function Requirements({ policy, strength }: { readonly policy: Policy | null; readonly strength: Strength }) {
  const { passwords } = useTexts()
  const { unmet } = strength
  // A password that is refused is not called strong, however hard to guess it is.
  const score = unmet !== null && unmet.length > 0 ? Math.min(strength.score ?? 0, 1) : strength.score
  const shown = [...new Set([...requirementsOf(policy), ...(unmet ?? [])])]
  const isJudged = unmet !== null && score !== null
  const word = isJudged ? passwords.scores[score] : null
  const wordsOf = (requirement: string) =>
    requirementIn(
      passwords.requirements,
      requirement,
      (requirement === 'MAX_LENGTH' ? policy?.maxLength : policy?.minLength) ?? null,
    )
  const missing = (unmet ?? []).map(wordsOf).join('; ')
  return (
    <>
      {isJudged && (
        <div class={`strength strength-${score}`} aria-hidden="true">
          <span class="strength-bar" />
          <span>{word}</span>
        </div>
      )}
      {shown.length > 0 && (
        <ul class="requirements">
          {shown.map((requirement) => (
            <li key={requirement} class={stateOf(requirement, unmet)}>
              {wordsOf(requirement)}
            </li>
          ))}
        </ul>
      )}
      {strength.isUnchecked && <p>{passwords.unchecked}</p>}
      <p class="only-spoken" role="status">
        {isJudged &&
          `${passwords.strength}: ${word}. ${missing === '' ? passwords.acceptable : `${passwords.unmet} ${missing}.`}`}
      </p>
    </>
  )
}

function stateOf(requirement: string, unmet: readonly string[] | null): string {
  if (unmet === null) return 'open'
  return unmet.includes(requirement) ? 'unmet' : 'met'
}

/** The requirements that can be named before a password is typed. */
function requirementsOf(policy: Policy | null): readonly string[] {
  if (policy === null) return []
  const { requireUppercase, requireLowercase, requireDigit, requireSymbol } = policy
  return [
    'MIN_LENGTH',
    ...(requireUppercase ? ['UPPERCASE'] : []),
    ...(requireLowercase ? ['LOWERCASE'] : []),
    ...(requireDigit ? ['DIGIT'] : []),
    ...(requireSymbol ? ['SYMBOL'] : []),
  ]
}
