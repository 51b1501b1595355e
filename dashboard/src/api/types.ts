import type { components } from '../../../clients/typescript';

type Schemas = components['schemas'];

export type Alarm = Schemas['Alarm'];
/** What a change or a creation answers has no details yet. */
export type PlainAlert = Schemas['Alert'];
export type Alert = Schemas['AlertDetails'];
export type AlertChange = Schemas['AlertChange'];
export type AlertEvent = NonNullable<PlainAlert['events']>[number];
export type Anomaly = Schemas['Anomaly'];
export type ApiKey = Schemas['ApiKey'];
export type Attempt = Schemas['AttemptDetails'];
export type Condition = PlainAlert['condition'];
export type Delivery = Schemas['DeliveryDetails'];
export type Endpoint = Schemas['Endpoint'];
export type ErrorAnswer = Schemas['Error'];
export type Health = Schemas['Health'];
export type Invalid = Schemas['ValidationError'];
export type Metric = NonNullable<PlainAlert['metric']>;
export type NewAlert = Schemas['NewAlert'];
export type NewAlertPreview = Schemas['NewAlertPreview'];
export type NewApiKey = Schemas['NewApiKey'];
export type Preview = Schemas['AlertPreview'];
export type Rates = Schemas['Rates'];
export type Registered = Schemas['RegisteredUser'];
export type RotatedSecret = Schemas['RotatedSecret'];
export type Source = Schemas['Source'];
export type Tested = Schemas['TestedWebhook'];
export type Violation = Schemas['Violation'];
