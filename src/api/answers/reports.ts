import { z } from 'zod';
import { QUALITY_RULES, SEVERITIES } from '../../domain/quality';
import { SOURCE_NAMES } from '../../domain/quote';
import { id, time, workflowUrl } from './fields';

export const reportStartedSchema = z
  .strictObject({
    workflow_id: z.string().meta({ example: 'market-report-run' }),
    run_id: z.string(),
    workflow_url: workflowUrl,
  })
  .meta({ id: 'ReportStarted' });

export const violationSchema = z
  .strictObject({
    hour: time.meta({ description: 'When the hour begins' }),
    rule: z.enum(QUALITY_RULES),
    ticker: z.string().nullable().meta({ description: 'Null where it is no single one’s' }),
    source: z.enum(SOURCE_NAMES).nullable().meta({ description: 'Null where it is no single one’s' }),
    severity: z.enum(SEVERITIES),
    count: z.int().meta({ description: 'How many ticks or quotes it was' }),
    first_at: time,
    last_at: time,
    detail: z.string().meta({ description: 'In a sentence' }),
  })
  .meta({ id: 'Violation' });

export const alarmSchema = z
  .strictObject({
    id,
    key: z.string().meta({ description: 'What is wrong', example: 'source:kraken' }),
    detail: z.string().meta({ description: 'In a sentence' }),
    opened_at: time,
    closed_at: time.nullable().meta({ description: 'Null while it goes on' }),
  })
  .meta({ id: 'Alarm' });

export type ReportStartedAnswer = z.infer<typeof reportStartedSchema>;
export type ViolationAnswer = z.infer<typeof violationSchema>;
export type AlarmAnswer = z.infer<typeof alarmSchema>;
