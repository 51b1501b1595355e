import type { AlertTables } from './tables/alerts';
import type { CandleTables } from './tables/candles';
import type { DeliveryTables } from './tables/deliveries';
import type { OperationTables } from './tables/operations';
import type { QuoteTables } from './tables/quotes';
import type { ReportTables } from './tables/reports';
import type { StreamTables } from './tables/stream';
import type { UserTables } from './tables/users';

/** All tables; migrations make them. */
export interface Database
  extends UserTables,
    QuoteTables,
    CandleTables,
    AlertTables,
    DeliveryTables,
    StreamTables,
    ReportTables,
    OperationTables {}
