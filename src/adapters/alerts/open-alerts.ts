import type { Config } from '../../config/config.ts'
import type { GatheredAlerts } from '../../domain/alerts/alert.ts'
import { AlertService, type AlertServiceDeps } from '../../domain/alerts/alert-service.ts'
import type { AlertSink } from '../../domain/alerts/alert-sink.ts'
import { createDependencyBreaker, type DependencyBreakerDeps } from '../failover/dependency-breaker.ts'
import { isWebhookFailure } from '../webhook/signed-webhook.ts'
import { WebhookAlertSink } from './webhook-alert-sink.ts'

/** Creates the alert service, and the configured webhook. */
export function openAlerts(
  { webhook, email, windowSeconds }: Config['protection']['alerts'],
  deps: Omit<AlertServiceDeps, 'windowSeconds'> & DependencyBreakerDeps,
): { readonly alerts: GatheredAlerts; readonly alertWebhook: AlertSink | null } {
  const store = webhook === null && email === null ? null : deps.store
  return {
    alerts: new AlertService({ ...deps, store, windowSeconds }),
    alertWebhook:
      webhook === null
        ? null
        : new WebhookAlertSink({
            ...webhook,
            clock: deps.clock,
            breaker: createDependencyBreaker('alert_webhook', deps, isWebhookFailure),
          }),
  }
}
