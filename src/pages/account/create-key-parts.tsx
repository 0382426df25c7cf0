import { useEffect, useId, useRef } from 'preact/hooks'
import { Button } from '../design/button.tsx'
import { useCopying } from '../design/copying.ts'
import { FieldFrame, inputProps, useField } from '../design/field.tsx'
import { useFieldError } from '../design/form.tsx'
import { useTexts } from '../texts.ts'
import { Panel } from './panel.tsx'

const lifetimesDays = [30, 90, 365] as const

/** The permissions of a new key: a subset of those of the user. */
export function PermissionChoice({ permissions }: { readonly permissions: readonly string[] }) {
  const { account } = useTexts()
  const error = useFieldError('permissions')
  const id = useId()
  return (
    <fieldset aria-describedby={error === null ? undefined : id}>
      <legend>{account.keys.permissions}</legend>
      {permissions.map((name, index) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            name={`permission ${name}`}
            aria-invalid={error !== null && index === 0 ? true : undefined}
          />
          <code>{name}</code>
        </label>
      ))}
      {error !== null && (
        <p class="field-error" id={id}>
          {account.keys.permissionMissing}
        </p>
      )}
    </fieldset>
  )
}

/** When a new key expires, in days. */
export function LifetimeChoice() {
  const { account } = useTexts()
  const { ids, error } = useField('expiresAt')
  return (
    <FieldFrame label={account.keys.expires} ids={ids} error={error}>
      <select {...inputProps(ids, error, false)} name="days">
        {lifetimesDays.map((days) => (
          <option key={days} value={days}>
            {account.keys.days(days)}
          </option>
        ))}
        <option value="0">{account.keys.never}</option>
      </select>
    </FieldFrame>
  )
}

interface SecretProps {
  readonly secret: string
  readonly onDone: () => void
}

/** Shows a new key once. */
export function Secret({ secret, onDone }: SecretProps) {
  const { account } = useTexts()
  const words = account.keys
  const { isCopied, copy } = useCopying()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => input.current?.select(), [])
  const copySecret = () => {
    input.current?.select()
    copy(secret)
  }
  return (
    <Panel heading={words.createHeading} text={words.created}>
      <div class="field">
        <label for={id}>{words.secret}</label>
        <input ref={input} id={id} class="code" readOnly value={secret} />
      </div>
      <div class="buttons">
        <Button onPress={copySecret}>{words.copy}</Button>
        <Button kind="quiet" onPress={onDone}>
          {words.done}
        </Button>
        <span role="status">{isCopied && words.copied}</span>
      </div>
    </Panel>
  )
}
