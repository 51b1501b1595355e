export type {
  AlarmAnswer as Alarm,
  AlertDetailsAnswer as Alert,
  AnomalyAnswer as Anomaly,
  ApiKeyAnswer as ApiKey,
  AttemptDetailsAnswer as Attempt,
  CandleAnswer,
  DeliveryDetailsAnswer as Delivery,
  EnabledEndpointAnswer as EnabledEndpoint,
  EndpointAnswer as Endpoint,
  HealthAnswer as Health,
  NewApiKeyAnswer as NewApiKey,
  PreviewAnswer as Preview,
  RatesAnswer as Rates,
  RegisteredAnswer as Registered,
  RotatedSecretAnswer as RotatedSecret,
  SourceAnswer as Source,
  TestedAnswer as Tested,
  UserAnswer as User,
  ViolationAnswer as Violation,
} from '../../../src/api/answers';
export type { AlertEvent } from '../../../src/domain/alert';
export type { Metric } from '../../../src/domain/metrics';
export type { RuleCondition as Condition } from '../../../src/domain/rule';
