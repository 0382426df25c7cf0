/** Who can read the subgraph SDL (`_service`): all callers, or only gateways that sign their requests. */
export type SdlAccess = 'open' | 'gateway'
