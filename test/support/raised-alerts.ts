import type { AlertKind } from '../../src/domain/alerts/alert.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import type { JsonObject } from '../../src/lib/text/json.ts'

/** Records alerts instead of sending them to operators. */
export class RaisedAlerts {
  readonly all: { kind: AlertKind; details: JsonObject }[] = []

  readonly infrastructure = (opened: Infrastructure): Infrastructure => ({
    ...opened,
    alerts: {
      raise: (kind, details) => void this.all.push({ kind, details }),
      flush: () => opened.alerts.flush(),
    },
  })

  of(kind: AlertKind) {
    return this.all.filter((alert) => alert.kind === kind)
  }

  forget(): void {
    this.all.length = 0
  }
}
