export type {
  Alarm,
  // What a creation or a change answers; the list has details, too.
  Alert as PlainAlert,
  AlertChange,
  AlertDetails as Alert,
  AlertPreview as Preview,
  Anomaly,
  ApiKey,
  AttemptDetails as Attempt,
  DeliveryDetails as Delivery,
  Endpoint,
  Health,
  NewAlert,
  NewAlertPreview,
  NewApiKey,
  Rates,
  RegisteredUser as Registered,
  RotatedSecret,
  Source,
  TestedWebhook as Tested,
  ValidationError,
  Violation,
} from '../../../clients/typescript';

import type { Alert } from '../../../clients/typescript';

export type AlertEvent = NonNullable<Alert['events']>[number];
export type Condition = Alert['condition'];
export type Metric = NonNullable<Alert['metric']>;
