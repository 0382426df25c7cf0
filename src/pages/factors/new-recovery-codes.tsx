import { Panel } from '../account/panel.tsx'
import { Button } from '../design/button.tsx'
import { useCopying } from '../design/copying.ts'
import { useTexts } from '../texts.ts'

interface NewRecoveryCodesProps {
  readonly codes: readonly string[]
  readonly onDone: () => void
}

/** Shows new recovery codes once, to copy, print or download. */
export function NewRecoveryCodes({ codes, onDone }: NewRecoveryCodesProps) {
  const words = useTexts().factors.codes
  const { isCopied, copy } = useCopying()
  const text = codes.join('\n')
  return (
    <Panel heading={words.newHeading} text={words.newText}>
      <ol class="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div class="buttons">
        <Button kind="quiet" onPress={() => copy(text)}>
          {words.copy}
        </Button>
        <Button kind="quiet" onPress={() => window.print()}>
          {words.print}
        </Button>
        <a
          class="button button-quiet"
          download={words.fileName}
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
        >
          {words.download}
        </a>
        <Button onPress={onDone}>{words.done}</Button>
        <span role="status">{isCopied && words.copied}</span>
      </div>
    </Panel>
  )
}
