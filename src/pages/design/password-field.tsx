import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useTexts } from '../texts.ts'
import { FieldFrame, inputProps, useField } from './field.tsx'

interface PasswordFieldProps {
  readonly label: string
  readonly name: string
  readonly autoComplete: 'current-password' | 'new-password'
  /** Content below the field, such as a link. */
  readonly aside?: ComponentChildren
  readonly hint?: ComponentChildren
  /** Whether the field gets the focus when it appears. */
  readonly isFocused?: boolean
  readonly onInput?: (password: string) => void
}

/** A password with a button that shows it. Pasting and password managers work as in any field. */
export function PasswordField({
  label,
  name,
  autoComplete,
  aside,
  hint,
  isFocused = false,
  onInput,
}: PasswordFieldProps) {
  const { page } = useTexts()
  const { ids, error } = useField(name)
  const [isShown, setShown] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isFocused) input.current?.focus()
  }, [])
  return (
    <FieldFrame label={label} ids={ids} error={error} aside={aside} hint={hint}>
      <div class="password">
        <input
          {...inputProps(ids, error, hint !== undefined)}
          ref={input}
          name={name}
          type={isShown ? 'text' : 'password'}
          autocomplete={autoComplete}
          autocapitalize="none"
          spellcheck={false}
          required
          onInput={(event) => onInput?.(event.currentTarget.value)}
        />
        <button
          type="button"
          class="reveal"
          aria-pressed={isShown}
          aria-label={page.showPassword}
          title={isShown ? page.hidePassword : page.showPassword}
          onClick={() => setShown(!isShown)}
        >
          <Eye isCrossed={isShown} />
        </button>
      </div>
    </FieldFrame>
  )
}

function Eye({ isCrossed }: { readonly isCrossed: boolean }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      aria-hidden="true"
    >
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
      <circle cx="12" cy="12" r="2.8" />
      {isCrossed && <path d="M4 4l16 16" stroke-linecap="round" />}
    </svg>
  )
}

/** Says to password managers whose password a form contains. People do not see it. */
export function UsernameForManagers({ value }: { readonly value: string | null }) {
  return (
    <input
      class="only-managers"
      name="account"
      autocomplete="username"
      value={value ?? ''}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  )
}
