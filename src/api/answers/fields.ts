import { z } from 'zod';

export const id = z.uuid();
export const time = z.iso.datetime({ precision: 3 }).meta({ example: '2026-03-01T12:00:00.000Z' });
export const price = z.number().positive().meta({ example: 65420.15 });
export const workflowUrl = z.string().nullable().meta({ description: "In Temporal's Web UI, for operators" });
