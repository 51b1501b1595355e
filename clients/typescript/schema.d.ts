// Made by npm run generate-client; not to be edited.
export interface paths {
    "/api/v1/users/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register, and get an API key and the secret that signs your webhooks
         * @description 2 requests in 10 seconds.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who you are
         * @description 5 requests in 10 seconds.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Leave
         * @description All your keys are refused, all your alerts deleted, and your e-mail address and webhook secret forgotten; no webhook attempt begins afterwards. The address can be registered again. 5 requests in 10 seconds.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-secret/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new webhook secret
         * @description Until the grace period is over, every webhook carries a signature of the new secret and one of each before, the newest first, so that your server can change over in between. At most five secrets sign at a time. 5 requests in 10 seconds.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your API keys
         * @description 5 requests in 10 seconds.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Get one more API key
         * @description At most 20 are good at a time. 5 requests in 10 seconds.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/keys/{id}/roll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace an API key by a new one of the same name
         * @description The old one stays good for the overlap, so that your programs can change over in between. 5 requests in 10 seconds.
         */
        post: operations["rollKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description **With your last key you leave**, as by `DELETE /users/me`: all your alerts are deleted, since nobody could manage them any longer, and the e-mail address is free again. So you do when the last one that is left ends at its time, which can only happen where you revoke the key that replaced it. 5 requests in 10 seconds.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rates/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The prices at this moment
         * @description Only tickers with a fresh price are there. Limited by IP address. 5 requests in 10 seconds.
         */
        get: operations["getRates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rates/{ticker}/candles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a price did, the oldest candle first
         * @description Minutes without a price are left out; the last candle may be under way. Where there are more, the `Link` header leads to the next page. 5 requests in 10 seconds.
         */
        get: operations["listCandles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rates/{ticker}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Mean, deviation, change, volatility and z-score of a price at its last minute
         * @description 5 requests in 10 seconds.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/anomalies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was out of the ordinary, the newest first
         * @description Where there are more, the `Link` header leads to the next page. 5 requests in 10 seconds.
         */
        get: operations["listAnomalies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the sources of prices do
         * @description 5 requests in 10 seconds.
         */
        get: operations["listSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prices and your own events, as they happen
         * @description Prices and what becomes of your alerts and deliveries, as it happens. Over WebSocket: upgrade, and send the key in a header or as `{"type":"auth","key":"sk_live_…"}` in the first message, within 5 seconds; then `{"type":"subscribe","tickers":["BTC"]}` and `{"type":"resume","last_event_id":"…"}`. With `Accept: text/event-stream`: server-sent events, those after `Last-Event-ID` first. The key never goes into the URL. 10 requests in 10 seconds.
         */
        get: operations["openStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your alerts, the newest first, those that fired too
         * @description Where there are more, the `Link` header leads to the next page. 5 requests in 10 seconds.
         */
        get: operations["listAlerts"];
        put?: never;
        /**
         * Draw a line
         * @description An alert that is true already comes true at the next published price. With an `Idempotency-Key`, a request that is sent again within 24 hours makes no other alert and gets the same answer; while the first is still in progress it gets 409, and the same key with another body 422. 5 requests in 10 seconds.
         */
        post: operations["createAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One alert
         * @description 5 requests in 10 seconds.
         */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        /**
         * Delete an alert; no webhook attempt begins afterwards
         * @description 5 requests in 10 seconds.
         */
        delete: operations["deleteAlert"];
        options?: never;
        head?: never;
        /**
         * Change, pause or resume an alert that has not fired
         * @description Afterwards it comes true at the next published price at the soonest. A paused alert watches nothing: what happens meanwhile is not made up for. 5 requests in 10 seconds.
         */
        patch: operations["changeAlert"];
        trace?: never;
    };
    "/api/v1/alerts/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of an alert's webhooks, attempt by attempt
         * @description 5 requests in 10 seconds.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * When an alert would have fired, had it been made at `from`
         * @description The body of `POST /alerts/`, without a URL if you like, and a span of up to 366 days; nothing is made of it. It looks at the stored minutes (see `GET /rates/{ticker}/candles`), of the spread at the quotes, and at the archive of hours that none are stored of. In a minute, nobody knows whether the high or the low came first: what arms a crossing lets it count from the next minute on. A minute before `from` arms it by its close. 5 requests in 10 seconds.
         */
        post: operations["previewAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make many alerts at once, all or none
         * @description Errors begin with the index in the list, from 0, or with the line in the CSV, whose first line names the columns: fields within others are `repeat.every`, `labels.desk`; lists are separated by spaces or `;`. Webhooks may be of 100 hosts. An `Idempotency-Key` works as for a single alert; with `dry_run` nothing is made. 2 requests in 10 seconds.
         */
        post: operations["importAlerts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your alerts, as bodies that an import takes
         * @description The oldest first. The values of their own headers are told to nobody, so headers are left out; `Headers-Left-Out` says of how many alerts. In CSV a text that a spreadsheet would run as a formula has an apostrophe before it, which an import takes away again. 5 requests in 10 seconds.
         */
        get: operations["exportAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that was sent to your webhooks, the newest first
         * @description Where there are more, the `Link` header leads to the next page. A page ends early, too, once its deliveries have 1,000 attempts. 5 requests in 10 seconds.
         */
        get: operations["listAllDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One delivery with everything that is known of its attempts
         * @description 5 requests in 10 seconds.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test to a webhook, and see what it answered
         * @description One request of type `webhook.test`, signed and guarded as alerts are. 503 where it could not be made in time. 5 requests in 10 seconds.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have everything delivered again that failed or was skipped in a span of time
         * @description 10,000 at most, the oldest first; where it says 10,000, ask again. Those of deleted alerts stay as they are, so do tests and what was made again twenty times; `redeliver` has these made, one by one. 5 requests in 10 seconds.
         */
        post: operations["recoverDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a delivery made again that is over
         * @description With the same `webhook-id` and the same body, under the same retry policy. 409 while it is unfinished, and where its alert was deleted. 5 requests in 10 seconds.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/retry-now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the next attempt made now
         * @description It counts against the limit as any other. 409 where the delivery is over or an attempt is under way. 5 requests in 10 seconds.
         */
        post: operations["retryNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have no further attempt made
         * @description An attempt that is under way may still arrive; it is delivered then. It can be delivered again later. 409 where it is over. 5 requests in 10 seconds.
         */
        post: operations["cancelDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hosts of your webhooks that have failed within a month, and how they do
         * @description A host that never failed is not there. 5 requests in 10 seconds.
         */
        get: operations["listEndpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have webhooks sent again to a host that was disabled
         * @description The body may be left out. 409 where it is not disabled. 5 requests in 10 seconds.
         */
        post: operations["enableEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was wrong with the data of an hour, the newest hour first
         * @description 5 requests in 10 seconds.
         */
        get: operations["listQuality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is wrong, and what was, the newest first
         * @description 5 requests in 10 seconds.
         */
        get: operations["listAlarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the hours reported that are owed, and the one under way
         * @description For operators only (`OPERATOR_EMAILS`). One that runs already by hand is joined. 5 requests in 10 seconds.
         */
        post: operations["runReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether everything is up */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests may be sent here */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures in Prometheus' text format */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        RegisteredUser: {
            /** Format: uuid */
            id: string;
            email: string;
            /**
             * @description Shown only here
             * @example sk_live_…
             */
            api_key: string;
            /**
             * @description Signs the webhooks (Standard Webhooks); shown only here
             * @example whsec_…
             */
            webhook_secret: string;
        };
        Error: {
            /** @enum {string} */
            error: "HTTPException";
            detail: string;
            code: number;
        };
        ValidationError: {
            /** @enum {string} */
            error: "ValidationError";
            detail: string;
            /** @enum {number} */
            code: 422;
            errors: {
                /** @example target_price */
                path: string;
                message: string;
            }[];
        };
        Registration: {
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
        };
        User: {
            /** Format: uuid */
            id: string;
            email: string;
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
        };
        RotatedSecret: {
            /**
             * @description Shown only here
             * @example whsec_…
             */
            webhook_secret: string;
            /**
             * Format: date-time
             * @description When the last of the secrets before stops signing
             * @example 2026-03-01T12:00:00.000Z
             */
            previous_expires_at: string;
        };
        SecretRotation: {
            /**
             * @description How long the secrets of before go on signing beside the new one, from 0s to 7d
             * @example 24h
             */
            grace_period?: string;
        };
        ApiKey: {
            /** Format: uuid */
            id: string;
            /** @example default */
            name: string;
            /**
             * @description How the key begins
             * @example sk_live_3fGh1k
             */
            prefix: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The key is refused from then on
             * @example 2026-03-01T12:00:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Accurate to a minute or so
             * @example 2026-03-01T12:00:00.000Z
             */
            last_used_at: string | null;
        };
        NewApiKey: {
            /** Format: uuid */
            id: string;
            /** @example default */
            name: string;
            /**
             * @description How the key begins
             * @example sk_live_3fGh1k
             */
            prefix: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The key is refused from then on
             * @example 2026-03-01T12:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @description Shown only here
             * @example sk_live_…
             */
            api_key: string;
        };
        NewKey: {
            /**
             * @description For you to tell your keys apart
             * @example backup server
             */
            name: string;
        };
        KeyRoll: {
            /**
             * @description How long the old key stays good, from 0s to 7d
             * @example 24h
             */
            overlap?: string;
        };
        /**
         * @example {
         *       "BTC": 65420.15,
         *       "ETH": 3120.4
         *     }
         */
        Rates: {
            [key: string]: number;
        };
        Candle: {
            /**
             * Format: date-time
             * @description When it begins
             * @example 2026-03-01T12:00:00.000Z
             */
            time: string;
            /** @example 65420.15 */
            open: number;
            /** @example 65420.15 */
            high: number;
            /** @example 65420.15 */
            low: number;
            /** @example 65420.15 */
            close: number;
            /** @description How many published prices it is made of; left out where it was imported */
            quote_count?: number;
        };
        Stats: {
            /** @example BTC */
            ticker: string;
            /**
             * Format: date-time
             * @description When the last minute began; it may be under way
             * @example 2026-03-01T12:00:00.000Z
             */
            time: string;
            /** @example 65420.15 */
            close: number;
            /** @description By the windows of STATISTICS_WINDOWS, such as `1h` and `24h` */
            windows: {
                [key: string]: components["schemas"]["WindowStats"];
            };
        };
        WindowStats: {
            /** @description How many minutes of the window there are */
            points: number;
            /** @example 65420.15 */
            mean: number;
            /** @description Sample standard deviation; null below two points */
            stddev: number | null;
            /** @description Per cent over the window; null where the minute it began with is missing */
            change: number | null;
            /** @description How many minute returns the volatility is made of */
            returns: number;
            /** @description Realised volatility over the window, a fraction, not annualised */
            volatility: number | null;
            /** @description How many standard deviations the price lies from the mean */
            zscore: number | null;
        };
        Anomaly: {
            /** Format: uuid */
            id: string;
            /** @example BTC */
            ticker: string;
            /** @example change_1h */
            rule: string;
            /** @example 1h */
            window: string;
            /** @example 5 */
            threshold: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            started_at: string;
            /**
             * Format: date-time
             * @description Null while it goes on
             * @example 2026-03-01T12:00:00.000Z
             */
            ended_at: string | null;
            /**
             * @description At the start: per cent, or standard deviations
             * @example -5.08
             */
            value: number;
            /**
             * @description At the start
             * @example 65420.15
             */
            price: number;
            /**
             * @description Farthest from zero
             * @example -11.07
             */
            peak: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            peak_at: string;
        };
        Source: {
            /** @enum {string} */
            name: "binance" | "coingecko" | "coinbase" | "kraken" | "okx" | "bybit";
            /** @enum {string} */
            status: "ok" | "resting" | "failing";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            last_success_at: string | null;
            quote_age_ms: number | null;
            /** @description The kind of its last failure */
            failure: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            resting_until: string | null;
            /** @description How far it lay from the median, as a fraction */
            deviation: number | null;
        };
        Alert: {
            /** Format: uuid */
            id: string;
            /** @example BTC */
            ticker: string;
            /**
             * @description Null where the threshold is none on the price
             * @example 65420.15
             */
            target_price: number | null;
            /** @enum {string} */
            condition: "gt" | "lt" | "crosses_above" | "crosses_below" | "enters" | "leaves";
            webhook_url: string;
            /** @description True only while the status is `active` */
            is_active: boolean;
            /** @enum {string} */
            status: "active" | "paused" | "fired" | "expired";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            triggered_at: string | null;
            /** @example 65420.15 */
            triggered_price: number | null;
            /** @enum {string} */
            metric?: "price" | "change_5m" | "change_15m" | "change_1h" | "change_4h" | "change_24h" | "change_7d" | "zscore_1h" | "zscore_24h" | "volatility_24h" | "drawdown_24h" | "ratio" | "spread";
            /** @description In the metric's unit; of the price, `target_price` has it */
            threshold?: number;
            /**
             * @description Its two ends, the lower one first
             * @example [
             *       60000,
             *       65000
             *     ]
             */
            range?: number[];
            /** @example 5m */
            for?: string;
            repeat?: {
                /** @example 1h */
                every: string;
                max_firings?: number;
                rearm?: number;
                rebase?: boolean;
            };
            active_hours?: {
                /** @example 09:00 */
                from: string;
                /** @example 17:30 */
                to: string;
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @example Europe/Berlin */
                time_zone: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            snoozed_until?: string;
            /**
             * Format: date-time
             * @description Since when its ticker has no price
             * @example 2026-03-01T12:00:00.000Z
             */
            suspended_at?: string;
            note?: string;
            labels?: {
                [key: string]: string;
            };
            events?: ("recovered" | "expired" | "suspended")[];
            /**
             * @description How the alert’s messages look
             * @example {
             *       "format": "slack"
             *     }
             */
            message?: {
                /** @enum {string} */
                format: "json" | "slack" | "discord" | "telegram";
                template?: string;
                /** @description Of `telegram` */
                chat_id?: string;
            };
            /** @description What a firing will send, made up; only in the answer to a creation or a change */
            message_preview?: {
                body: string;
                content_type: string;
            };
            /**
             * @description The alert’s own headers; their values are never shown
             * @example {
             *       "Authorization": "••••"
             *     }
             */
            headers?: {
                [key: string]: "••••";
            };
            webhook_urls?: string[];
            /** @description How often it has fired */
            firings?: number;
        };
        NewAlert: {
            /**
             * @description One of BTC, ETH, DOGE, SOL, BNB, in any case; of `ratio` two of them, such as `ETH/BTC`
             * @example BTC
             */
            ticker: string;
            /**
             * @description What the alert is a threshold on: the price (the default), its change in per cent against so long ago, its distance from the mean in standard deviations, its volatility or its distance from the high of a day in per cent, the ratio of two tickers (`"ticker": "ETH/BTC"`), or how far the sources lie apart in per cent
             * @example change_1h
             * @enum {string}
             */
            metric?: "price" | "change_5m" | "change_15m" | "change_1h" | "change_4h" | "change_24h" | "change_7d" | "zscore_1h" | "zscore_24h" | "volatility_24h" | "drawdown_24h" | "ratio" | "spread";
            /**
             * @description US dollars, from 1e-12 to 1e15; kept to 15 significant digits
             * @example 65420.15
             */
            target_price?: number | string;
            /**
             * @description In the metric's unit; of the price, the same as `target_price`
             * @example 5
             */
            threshold?: number;
            /**
             * @description Of `enters` and `leaves`, instead of a threshold
             * @example [
             *       60000,
             *       65000
             *     ]
             */
            range?: [
                number,
                number
            ];
            /**
             * @description `gt`: strictly above the threshold, `lt`: strictly below; `crosses_above`, `crosses_below`: the same, but the metric must be seen on the other side first; `enters`, `leaves`: it comes into the range, or out of it
             * @enum {string}
             */
            condition: "gt" | "lt" | "crosses_above" | "crosses_below" | "enters" | "leaves";
            /**
             * @description How long it must hold before it fires
             * @example 5m
             */
            for?: string;
            /**
             * @description Whether it goes on after it has fired
             * @example {
             *       "every": "1h",
             *       "max_firings": 10
             *     }
             */
            repeat?: "once" | {
                /**
                 * @description The shortest time from one firing to the next
                 * @example 1h
                 */
                every: string;
                /**
                 * @description After so many it has fired for good
                 * @example 10
                 */
                max_firings?: number;
                /**
                 * @description How far back beyond the threshold the metric must go before it may fire again, in its unit. Without it, `gt` and `lt` fire again while they still hold
                 * @example 1
                 */
                rearm?: number;
                /** @description Of a change: it counts anew from the price at which it fired */
                rebase?: boolean;
            };
            /** @description It fires within these hours only */
            active_hours?: {
                /** @example 09:00 */
                from: string;
                /**
                 * @description The first minute that is none of them; not after `from`: on the next day
                 * @example 17:30
                 */
                to: string;
                /** @description The days on which they begin; every day where none is named */
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @example Europe/Berlin */
                time_zone: string;
            };
            /**
             * Format: date-time
             * @description It never fires from then on
             * @example 2026-03-01T12:00:00Z
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @description It does not fire before
             * @example 2026-03-01T12:00:00Z
             */
            snoozed_until?: string;
            /**
             * @description For you; the webhook brings it along
             * @example Take some profit
             */
            note?: string;
            /**
             * @description For your programs; the webhook brings them along
             * @example {
             *       "desk": "spot"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description What else is told: `recovered`: its condition has ended; `expired`; `suspended`: its ticker has no price, and has one again (`alert.resumed`). Alerts that use more than the four fields of a plain one tell of the last two unless they say
             * @example [
             *       "recovered",
             *       "expired"
             *     ]
             */
            events?: ("recovered" | "expired" | "suspended")[];
            /**
             * @description How the alert’s messages look; without it, they are the event as JSON
             * @example {
             *       "format": "slack",
             *       "template": "{{text}} ({{labels.desk}})"
             *     }
             */
            message?: {
                /**
                 * @description `json`: the event itself, or what the template makes; `slack`, `discord`, `telegram`: a text for an incoming webhook of Slack or Discord, or for `sendMessage` of a Telegram bot
                 * @default json
                 * @example slack
                 * @enum {string}
                 */
                format?: "json" | "slack" | "discord" | "telegram";
                /**
                 * @description A Mustache template. Of `json`, the whole body; of the others, the text. It may name the fields of the event, `labels.<name>` and `text`, the usual text; values are escaped for where they stand. `{{{`, `{{&`, `{{>` and `{{=` are refused
                 * @example {{ticker}} is at {{price}} {{#note}}({{note}}){{/note}}
                 */
                template?: string;
                /**
                 * @description Of `telegram`: the chat that the bot writes to, by its number or its @name
                 * @example -1001234567890
                 */
                chat_id?: string | number;
            };
            /**
             * @description Sent with every message of the alert, beside those of Pricehook. They are kept encrypted, and their values are never shown again (`••••`). Those of the connection, the body, the signature and of tracing can't be set
             * @example {
             *       "Authorization": "Bearer 4f1d6c"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * Format: uri
             * @description Where the webhook is sent: an http or https URL, without a user name, of a host that is on the public internet
             * @example https://example.com/hooks/prices
             */
            webhook_url?: string;
            /** @description Instead of webhook_url: up to 5; each firing is delivered to all of them, each by itself */
            webhook_urls?: string[];
        };
        AlertDetails: {
            /** Format: uuid */
            id: string;
            /** @example BTC */
            ticker: string;
            /**
             * @description Null where the threshold is none on the price
             * @example 65420.15
             */
            target_price: number | null;
            /** @enum {string} */
            condition: "gt" | "lt" | "crosses_above" | "crosses_below" | "enters" | "leaves";
            webhook_url: string;
            /** @description True only while the status is `active` */
            is_active: boolean;
            /** @enum {string} */
            status: "active" | "paused" | "fired" | "expired";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            triggered_at: string | null;
            /** @example 65420.15 */
            triggered_price: number | null;
            /** @enum {string} */
            metric?: "price" | "change_5m" | "change_15m" | "change_1h" | "change_4h" | "change_24h" | "change_7d" | "zscore_1h" | "zscore_24h" | "volatility_24h" | "drawdown_24h" | "ratio" | "spread";
            /** @description In the metric's unit; of the price, `target_price` has it */
            threshold?: number;
            /**
             * @description Its two ends, the lower one first
             * @example [
             *       60000,
             *       65000
             *     ]
             */
            range?: number[];
            /** @example 5m */
            for?: string;
            repeat?: {
                /** @example 1h */
                every: string;
                max_firings?: number;
                rearm?: number;
                rebase?: boolean;
            };
            active_hours?: {
                /** @example 09:00 */
                from: string;
                /** @example 17:30 */
                to: string;
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @example Europe/Berlin */
                time_zone: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            snoozed_until?: string;
            /**
             * Format: date-time
             * @description Since when its ticker has no price
             * @example 2026-03-01T12:00:00.000Z
             */
            suspended_at?: string;
            note?: string;
            labels?: {
                [key: string]: string;
            };
            events?: ("recovered" | "expired" | "suspended")[];
            /**
             * @description How the alert’s messages look
             * @example {
             *       "format": "slack"
             *     }
             */
            message?: {
                /** @enum {string} */
                format: "json" | "slack" | "discord" | "telegram";
                template?: string;
                /** @description Of `telegram` */
                chat_id?: string;
            };
            /** @description What a firing will send, made up; only in the answer to a creation or a change */
            message_preview?: {
                body: string;
                content_type: string;
            };
            /**
             * @description The alert’s own headers; their values are never shown
             * @example {
             *       "Authorization": "••••"
             *     }
             */
            headers?: {
                [key: string]: "••••";
            };
            webhook_urls?: string[];
            /** @description How often it has fired */
            firings?: number;
            /**
             * Format: date-time
             * @description When its workflow looks at the price by itself, at the latest; null where it need not
             * @example 2026-03-01T12:00:00.000Z
             */
            next_check_at: string | null;
            /** @description In Temporal's Web UI, for operators */
            workflow_url: string | null;
        };
        AlertChange: {
            /**
             * @description US dollars, from 1e-12 to 1e15; kept to 15 significant digits
             * @example 65420.15
             */
            target_price?: number | string;
            /**
             * @description In the metric's unit; of the price, the same as `target_price`
             * @example 5
             */
            threshold?: number;
            /**
             * @description `gt`: strictly above the threshold, `lt`: strictly below; `crosses_above`, `crosses_below`: the same, but the metric must be seen on the other side first; `enters`, `leaves`: it comes into the range, or out of it
             * @enum {string}
             */
            condition?: "gt" | "lt" | "crosses_above" | "crosses_below" | "enters" | "leaves";
            /**
             * Format: uri
             * @description Where the webhook is sent: an http or https URL, without a user name, of a host that is on the public internet
             * @example https://example.com/hooks/prices
             */
            webhook_url?: string;
            /** @description `true` pauses the alert, `false` resumes it */
            paused?: boolean;
            /**
             * @description What the alert is a threshold on: the price (the default), its change in per cent against so long ago, its distance from the mean in standard deviations, its volatility or its distance from the high of a day in per cent, the ratio of two tickers (`"ticker": "ETH/BTC"`), or how far the sources lie apart in per cent
             * @example change_1h
             * @enum {string|null}
             */
            metric?: "price" | "change_5m" | "change_15m" | "change_1h" | "change_4h" | "change_24h" | "change_7d" | "zscore_1h" | "zscore_24h" | "volatility_24h" | "drawdown_24h" | "ratio" | "spread" | null;
            /**
             * @description Of `enters` and `leaves`, instead of a threshold
             * @example [
             *       60000,
             *       65000
             *     ]
             */
            range?: [
                number,
                number
            ] | null;
            /**
             * @description How long it must hold before it fires
             * @example 5m
             */
            for?: string | null;
            /**
             * @description Whether it goes on after it has fired
             * @example {
             *       "every": "1h",
             *       "max_firings": 10
             *     }
             */
            repeat?: "once" | {
                /**
                 * @description The shortest time from one firing to the next
                 * @example 1h
                 */
                every: string;
                /**
                 * @description After so many it has fired for good
                 * @example 10
                 */
                max_firings?: number;
                /**
                 * @description How far back beyond the threshold the metric must go before it may fire again, in its unit. Without it, `gt` and `lt` fire again while they still hold
                 * @example 1
                 */
                rearm?: number;
                /** @description Of a change: it counts anew from the price at which it fired */
                rebase?: boolean;
            } | null;
            /** @description It fires within these hours only */
            active_hours?: {
                /** @example 09:00 */
                from: string;
                /**
                 * @description The first minute that is none of them; not after `from`: on the next day
                 * @example 17:30
                 */
                to: string;
                /** @description The days on which they begin; every day where none is named */
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @example Europe/Berlin */
                time_zone: string;
            } | null;
            /**
             * Format: date-time
             * @description It never fires from then on
             * @example 2026-03-01T12:00:00Z
             */
            expires_at?: string | null;
            /**
             * Format: date-time
             * @description It does not fire before
             * @example 2026-03-01T12:00:00Z
             */
            snoozed_until?: string | null;
            /**
             * @description For you; the webhook brings it along
             * @example Take some profit
             */
            note?: string | null;
            /**
             * @description For your programs; the webhook brings them along
             * @example {
             *       "desk": "spot"
             *     }
             */
            labels?: {
                [key: string]: string;
            } | null;
            /**
             * @description What else is told: `recovered`: its condition has ended; `expired`; `suspended`: its ticker has no price, and has one again (`alert.resumed`). Alerts that use more than the four fields of a plain one tell of the last two unless they say
             * @example [
             *       "recovered",
             *       "expired"
             *     ]
             */
            events?: ("recovered" | "expired" | "suspended")[] | null;
            /**
             * @description How the alert’s messages look; without it, they are the event as JSON
             * @example {
             *       "format": "slack",
             *       "template": "{{text}} ({{labels.desk}})"
             *     }
             */
            message?: {
                /**
                 * @description `json`: the event itself, or what the template makes; `slack`, `discord`, `telegram`: a text for an incoming webhook of Slack or Discord, or for `sendMessage` of a Telegram bot
                 * @default json
                 * @example slack
                 * @enum {string}
                 */
                format?: "json" | "slack" | "discord" | "telegram";
                /**
                 * @description A Mustache template. Of `json`, the whole body; of the others, the text. It may name the fields of the event, `labels.<name>` and `text`, the usual text; values are escaped for where they stand. `{{{`, `{{&`, `{{>` and `{{=` are refused
                 * @example {{ticker}} is at {{price}} {{#note}}({{note}}){{/note}}
                 */
                template?: string;
                /**
                 * @description Of `telegram`: the chat that the bot writes to, by its number or its @name
                 * @example -1001234567890
                 */
                chat_id?: string | number;
            } | null;
            /**
             * @description Sent with every message of the alert, beside those of Pricehook. They are kept encrypted, and their values are never shown again (`••••`). Those of the connection, the body, the signature and of tracing can't be set
             * @example {
             *       "Authorization": "Bearer 4f1d6c"
             *     }
             */
            headers?: {
                [key: string]: string;
            } | null;
            /** @description Instead of webhook_url: up to 5; each firing is delivered to all of them, each by itself */
            webhook_urls?: string[] | null;
        };
        Delivery: {
            /**
             * @description The `webhook-id` of every attempt
             * @example msg_…
             */
            id: string;
            /** Format: uuid */
            alert_id: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "cancelled" | "skipped";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            next_attempt_at: string | null;
            /** @description In their order; of more than 100, the newest 100 */
            attempts: components["schemas"]["Attempt"][];
        };
        Attempt: {
            number: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            started_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            ended_at: string | null;
            status_code: number | null;
            /** @enum {string} */
            outcome: "delivered" | "failed" | "unknown";
            /** @description What went wrong, in a sentence */
            error: string | null;
            duration_ms: number | null;
            /** @description The beginning of what your server answered */
            response_body: string | null;
        };
        AlertPreview: {
            firings: {
                /**
                 * Format: date-time
                 * @description When the minute in which it fires begins
                 * @example 2026-03-01T12:00:00.000Z
                 */
                at: string;
                /**
                 * @description Of a ratio, that of the first ticker
                 * @example 65420.15
                 */
                price: number;
                /** @description The metric's, of metrics other than the price */
                value?: number;
                /**
                 * Format: date-time
                 * @description The minute in which its condition no longer holds, its own at the soonest; null where it holds to the end
                 * @example 2026-03-01T12:00:00.000Z
                 */
                ended_at: string | null;
            }[];
            /**
             * @description There is more than these 1,000 firings
             * @enum {boolean}
             */
            truncated?: true;
        };
        NewAlertPreview: {
            /**
             * @description One of BTC, ETH, DOGE, SOL, BNB, in any case; of `ratio` two of them, such as `ETH/BTC`
             * @example BTC
             */
            ticker: string;
            /**
             * @description What the alert is a threshold on: the price (the default), its change in per cent against so long ago, its distance from the mean in standard deviations, its volatility or its distance from the high of a day in per cent, the ratio of two tickers (`"ticker": "ETH/BTC"`), or how far the sources lie apart in per cent
             * @example change_1h
             * @enum {string}
             */
            metric?: "price" | "change_5m" | "change_15m" | "change_1h" | "change_4h" | "change_24h" | "change_7d" | "zscore_1h" | "zscore_24h" | "volatility_24h" | "drawdown_24h" | "ratio" | "spread";
            /**
             * @description US dollars, from 1e-12 to 1e15; kept to 15 significant digits
             * @example 65420.15
             */
            target_price?: number | string;
            /**
             * @description In the metric's unit; of the price, the same as `target_price`
             * @example 5
             */
            threshold?: number;
            /**
             * @description Of `enters` and `leaves`, instead of a threshold
             * @example [
             *       60000,
             *       65000
             *     ]
             */
            range?: [
                number,
                number
            ];
            /**
             * @description `gt`: strictly above the threshold, `lt`: strictly below; `crosses_above`, `crosses_below`: the same, but the metric must be seen on the other side first; `enters`, `leaves`: it comes into the range, or out of it
             * @enum {string}
             */
            condition: "gt" | "lt" | "crosses_above" | "crosses_below" | "enters" | "leaves";
            /**
             * @description How long it must hold before it fires
             * @example 5m
             */
            for?: string;
            /**
             * @description Whether it goes on after it has fired
             * @example {
             *       "every": "1h",
             *       "max_firings": 10
             *     }
             */
            repeat?: "once" | {
                /**
                 * @description The shortest time from one firing to the next
                 * @example 1h
                 */
                every: string;
                /**
                 * @description After so many it has fired for good
                 * @example 10
                 */
                max_firings?: number;
                /**
                 * @description How far back beyond the threshold the metric must go before it may fire again, in its unit. Without it, `gt` and `lt` fire again while they still hold
                 * @example 1
                 */
                rearm?: number;
                /** @description Of a change: it counts anew from the price at which it fired */
                rebase?: boolean;
            };
            /** @description It fires within these hours only */
            active_hours?: {
                /** @example 09:00 */
                from: string;
                /**
                 * @description The first minute that is none of them; not after `from`: on the next day
                 * @example 17:30
                 */
                to: string;
                /** @description The days on which they begin; every day where none is named */
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @example Europe/Berlin */
                time_zone: string;
            };
            /**
             * Format: date-time
             * @description It never fires from then on
             * @example 2026-03-01T12:00:00Z
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @description It does not fire before
             * @example 2026-03-01T12:00:00Z
             */
            snoozed_until?: string;
            /**
             * @description For you; the webhook brings it along
             * @example Take some profit
             */
            note?: string;
            /**
             * @description For your programs; the webhook brings them along
             * @example {
             *       "desk": "spot"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description What else is told: `recovered`: its condition has ended; `expired`; `suspended`: its ticker has no price, and has one again (`alert.resumed`). Alerts that use more than the four fields of a plain one tell of the last two unless they say
             * @example [
             *       "recovered",
             *       "expired"
             *     ]
             */
            events?: ("recovered" | "expired" | "suspended")[];
            /**
             * @description How the alert’s messages look; without it, they are the event as JSON
             * @example {
             *       "format": "slack",
             *       "template": "{{text}} ({{labels.desk}})"
             *     }
             */
            message?: {
                /**
                 * @description `json`: the event itself, or what the template makes; `slack`, `discord`, `telegram`: a text for an incoming webhook of Slack or Discord, or for `sendMessage` of a Telegram bot
                 * @default json
                 * @example slack
                 * @enum {string}
                 */
                format?: "json" | "slack" | "discord" | "telegram";
                /**
                 * @description A Mustache template. Of `json`, the whole body; of the others, the text. It may name the fields of the event, `labels.<name>` and `text`, the usual text; values are escaped for where they stand. `{{{`, `{{&`, `{{>` and `{{=` are refused
                 * @example {{ticker}} is at {{price}} {{#note}}({{note}}){{/note}}
                 */
                template?: string;
                /**
                 * @description Of `telegram`: the chat that the bot writes to, by its number or its @name
                 * @example -1001234567890
                 */
                chat_id?: string | number;
            };
            /**
             * @description Sent with every message of the alert, beside those of Pricehook. They are kept encrypted, and their values are never shown again (`••••`). Those of the connection, the body, the signature and of tracing can't be set
             * @example {
             *       "Authorization": "Bearer 4f1d6c"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * Format: uri
             * @description Where the webhook is sent: an http or https URL, without a user name, of a host that is on the public internet
             * @example https://example.com/hooks/prices
             */
            webhook_url?: string;
            /** @description Instead of webhook_url: up to 5; each firing is delivered to all of them, each by itself */
            webhook_urls?: string[];
            /**
             * Format: date-time
             * @description The first minute; by default a day before `to`
             * @example 2026-03-01T12:00:00Z
             */
            from?: string;
            /**
             * Format: date-time
             * @description The first minute that is not looked at any longer; by default now. At most 366 days after `from`
             * @example 2026-03-01T12:00:00Z
             */
            to?: string;
        };
        ImportPlan: {
            /** @enum {number} */
            created: 0;
            would_create: number;
            alerts: {
                /**
                 * @description The index in the list, or the line in the CSV
                 * @example 0
                 */
                path: string;
                /** @example BTC change_1h > 5 for 5m */
                waits_for: string;
                paused: boolean;
            }[];
        };
        ImportedAlerts: {
            created: number;
            /** @description Their ids, in the order in which they were sent */
            alerts: string[];
        };
        ImportedAlert: {
            /**
             * @description One of BTC, ETH, DOGE, SOL, BNB, in any case; of `ratio` two of them, such as `ETH/BTC`
             * @example BTC
             */
            ticker: string;
            /**
             * @description What the alert is a threshold on: the price (the default), its change in per cent against so long ago, its distance from the mean in standard deviations, its volatility or its distance from the high of a day in per cent, the ratio of two tickers (`"ticker": "ETH/BTC"`), or how far the sources lie apart in per cent
             * @example change_1h
             * @enum {string}
             */
            metric?: "price" | "change_5m" | "change_15m" | "change_1h" | "change_4h" | "change_24h" | "change_7d" | "zscore_1h" | "zscore_24h" | "volatility_24h" | "drawdown_24h" | "ratio" | "spread";
            /**
             * @description US dollars, from 1e-12 to 1e15; kept to 15 significant digits
             * @example 65420.15
             */
            target_price?: number | string;
            /**
             * @description In the metric's unit; of the price, the same as `target_price`
             * @example 5
             */
            threshold?: number;
            /**
             * @description Of `enters` and `leaves`, instead of a threshold
             * @example [
             *       60000,
             *       65000
             *     ]
             */
            range?: [
                number,
                number
            ];
            /**
             * @description `gt`: strictly above the threshold, `lt`: strictly below; `crosses_above`, `crosses_below`: the same, but the metric must be seen on the other side first; `enters`, `leaves`: it comes into the range, or out of it
             * @enum {string}
             */
            condition: "gt" | "lt" | "crosses_above" | "crosses_below" | "enters" | "leaves";
            /**
             * @description How long it must hold before it fires
             * @example 5m
             */
            for?: string;
            /**
             * @description Whether it goes on after it has fired
             * @example {
             *       "every": "1h",
             *       "max_firings": 10
             *     }
             */
            repeat?: "once" | {
                /**
                 * @description The shortest time from one firing to the next
                 * @example 1h
                 */
                every: string;
                /**
                 * @description After so many it has fired for good
                 * @example 10
                 */
                max_firings?: number;
                /**
                 * @description How far back beyond the threshold the metric must go before it may fire again, in its unit. Without it, `gt` and `lt` fire again while they still hold
                 * @example 1
                 */
                rearm?: number;
                /** @description Of a change: it counts anew from the price at which it fired */
                rebase?: boolean;
            };
            /** @description It fires within these hours only */
            active_hours?: {
                /** @example 09:00 */
                from: string;
                /**
                 * @description The first minute that is none of them; not after `from`: on the next day
                 * @example 17:30
                 */
                to: string;
                /** @description The days on which they begin; every day where none is named */
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @example Europe/Berlin */
                time_zone: string;
            };
            /**
             * Format: date-time
             * @description It never fires from then on
             * @example 2026-03-01T12:00:00Z
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @description It does not fire before
             * @example 2026-03-01T12:00:00Z
             */
            snoozed_until?: string;
            /**
             * @description For you; the webhook brings it along
             * @example Take some profit
             */
            note?: string;
            /**
             * @description For your programs; the webhook brings them along
             * @example {
             *       "desk": "spot"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description What else is told: `recovered`: its condition has ended; `expired`; `suspended`: its ticker has no price, and has one again (`alert.resumed`). Alerts that use more than the four fields of a plain one tell of the last two unless they say
             * @example [
             *       "recovered",
             *       "expired"
             *     ]
             */
            events?: ("recovered" | "expired" | "suspended")[];
            /**
             * @description How the alert’s messages look; without it, they are the event as JSON
             * @example {
             *       "format": "slack",
             *       "template": "{{text}} ({{labels.desk}})"
             *     }
             */
            message?: {
                /**
                 * @description `json`: the event itself, or what the template makes; `slack`, `discord`, `telegram`: a text for an incoming webhook of Slack or Discord, or for `sendMessage` of a Telegram bot
                 * @default json
                 * @example slack
                 * @enum {string}
                 */
                format?: "json" | "slack" | "discord" | "telegram";
                /**
                 * @description A Mustache template. Of `json`, the whole body; of the others, the text. It may name the fields of the event, `labels.<name>` and `text`, the usual text; values are escaped for where they stand. `{{{`, `{{&`, `{{>` and `{{=` are refused
                 * @example {{ticker}} is at {{price}} {{#note}}({{note}}){{/note}}
                 */
                template?: string;
                /**
                 * @description Of `telegram`: the chat that the bot writes to, by its number or its @name
                 * @example -1001234567890
                 */
                chat_id?: string | number;
            };
            /**
             * @description Sent with every message of the alert, beside those of Pricehook. They are kept encrypted, and their values are never shown again (`••••`). Those of the connection, the body, the signature and of tracing can't be set
             * @example {
             *       "Authorization": "Bearer 4f1d6c"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * Format: uri
             * @description Where the webhook is sent: an http or https URL, without a user name, of a host that is on the public internet
             * @example https://example.com/hooks/prices
             */
            webhook_url?: string;
            /** @description Instead of webhook_url: up to 5; each firing is delivered to all of them, each by itself */
            webhook_urls?: string[];
            /** @description `true`: it is made, and waits to be resumed */
            paused?: boolean;
        };
        DeliveryDetails: {
            /**
             * @description The `webhook-id` of every attempt
             * @example msg_…
             */
            id: string;
            /**
             * Format: uuid
             * @description Null for messages that belong to no alert
             */
            alert_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "cancelled" | "skipped";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            next_attempt_at: string | null;
            /** @description In their order; of more than 100, the newest 100 */
            attempts: components["schemas"]["AttemptDetails"][];
            /** @enum {string} */
            type: "alert.triggered" | "alert.recovered" | "alert.expired" | "alert.suspended" | "alert.resumed" | "webhook.test" | "endpoint.disabled";
            webhook_url: string;
            /** @description The very bytes that are signed and sent */
            payload: string;
            /** @description How often it was asked to be made again */
            redeliveries: number;
            /** @description In Temporal's Web UI, for operators */
            workflow_url: string | null;
        };
        AttemptDetails: {
            number: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            started_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            ended_at: string | null;
            status_code: number | null;
            /** @enum {string} */
            outcome: "delivered" | "failed" | "unknown";
            /** @description What went wrong, in a sentence */
            error: string | null;
            duration_ms: number | null;
            /** @description The beginning of what your server answered */
            response_body: string | null;
            /**
             * @description The kind of failure
             * @enum {string|null}
             */
            error_class: "dns" | "connect" | "tls" | "timeout" | "reset" | "blocked" | "redirect" | "http" | null;
            /**
             * @description Who made it be made: the retry policy, you by the API, or an operator who reset the workflow
             * @enum {string}
             */
            cause: "schedule" | "user" | "operator";
            /** @description Null for a step that was not needed */
            timings: {
                dns_ms: number | null;
                connect_ms: number | null;
                tls_ms: number | null;
            };
            /** @description But for the signature */
            request_headers: {
                [key: string]: string;
            } | null;
            response_headers: {
                [key: string]: string;
            } | null;
            /** @description In Temporal's Web UI, for operators */
            workflow_url: string | null;
        };
        TestedWebhook: {
            /** @example msg_… */
            delivery_id: string;
            attempt: components["schemas"]["AttemptDetails"];
        };
        WebhookTest: {
            /**
             * Format: uri
             * @description Where the webhook is sent: an http or https URL, without a user name, of a host that is on the public internet
             * @example https://example.com/hooks/prices
             */
            webhook_url: string;
        };
        Recovered: {
            /** @description How many are delivered again now */
            recovered: number;
        };
        Recovery: {
            /**
             * Format: date-time
             * @description Those created at this time or later
             * @example 2026-03-01T12:00:00Z
             */
            since: string;
            /**
             * Format: date-time
             * @description Those created before this time; now, where it is left out
             * @example 2026-03-01T12:00:00Z
             */
            until?: string;
        };
        Endpoint: {
            /** Format: uuid */
            id: string;
            /**
             * @description With its port, if the URL names one
             * @example example.com
             */
            host: string;
            /** @enum {string} */
            status: "ok" | "failing" | "disabled";
            /**
             * Format: date-time
             * @description The first failure after the last success
             * @example 2026-03-01T12:00:00.000Z
             */
            failing_since: string | null;
            /** @description Since then; under heavy load some are not counted */
            failures: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            last_failure_at: string | null;
            /** @description What went wrong then, in a sentence */
            last_error: string | null;
            last_status_code: number | null;
            /**
             * Format: date-time
             * @description Exact to a minute; null where none followed a failure
             * @example 2026-03-01T12:00:00.000Z
             */
            last_success_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            disabled_at: string | null;
            /** @description Deliveries that were skipped and can be made again */
            skipped: number;
        };
        EnabledEndpoint: {
            /** Format: uuid */
            id: string;
            /**
             * @description With its port, if the URL names one
             * @example example.com
             */
            host: string;
            /** @enum {string} */
            status: "ok" | "failing" | "disabled";
            /**
             * Format: date-time
             * @description The first failure after the last success
             * @example 2026-03-01T12:00:00.000Z
             */
            failing_since: string | null;
            /** @description Since then; under heavy load some are not counted */
            failures: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            last_failure_at: string | null;
            /** @description What went wrong then, in a sentence */
            last_error: string | null;
            last_status_code: number | null;
            /**
             * Format: date-time
             * @description Exact to a minute; null where none followed a failure
             * @example 2026-03-01T12:00:00.000Z
             */
            last_success_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            disabled_at: string | null;
            /** @description Deliveries that were skipped and can be made again */
            skipped: number;
            /** @description How many are delivered again now */
            recovered: number;
        };
        Enabling: {
            /**
             * @description Whether what was skipped meanwhile is to be delivered, too
             * @default false
             */
            send_skipped?: boolean;
        };
        Violation: {
            /**
             * Format: date-time
             * @description When the hour begins
             * @example 2026-03-01T12:00:00.000Z
             */
            hour: string;
            /** @enum {string} */
            rule: "schema" | "positive_price" | "source_time_old" | "source_time_future" | "spread" | "jump_without_witness" | "frozen_source" | "silent_source" | "missing_ticks" | "too_few_sources";
            /** @description Null where it is no single one’s */
            ticker: string | null;
            /**
             * @description Null where it is no single one’s
             * @enum {string|null}
             */
            source: "binance" | "coingecko" | "coinbase" | "kraken" | "okx" | "bybit" | null;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /** @description How many ticks or quotes it was */
            count: number;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            first_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            last_at: string;
            /** @description In a sentence */
            detail: string;
        };
        Alarm: {
            /** Format: uuid */
            id: string;
            /**
             * @description What is wrong
             * @example source:kraken
             */
            key: string;
            /** @description In a sentence */
            detail: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            opened_at: string;
            /**
             * Format: date-time
             * @description Null while it goes on
             * @example 2026-03-01T12:00:00.000Z
             */
            closed_at: string | null;
        };
        ReportStarted: {
            /** @example market-report-run */
            workflow_id: string;
            run_id: string;
            /** @description In Temporal's Web UI, for operators */
            workflow_url: string | null;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded";
            version: string;
            /** @enum {string} */
            market: "live" | "replay";
            checks: {
                /** @enum {string} */
                database: "ok" | "down";
                /** @enum {string} */
                temporal: "ok" | "down";
                /** @enum {string} */
                worker: "ok" | "down";
                /** @enum {string} */
                quotes: "ok" | "down";
            };
        };
        Probe: {
            /** @enum {string} */
            status: "ok" | "draining" | "down";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type RegisteredUser = components['schemas']['RegisteredUser'];
export type Error = components['schemas']['Error'];
export type ValidationError = components['schemas']['ValidationError'];
export type Registration = components['schemas']['Registration'];
export type User = components['schemas']['User'];
export type RotatedSecret = components['schemas']['RotatedSecret'];
export type SecretRotation = components['schemas']['SecretRotation'];
export type ApiKey = components['schemas']['ApiKey'];
export type NewApiKey = components['schemas']['NewApiKey'];
export type NewKey = components['schemas']['NewKey'];
export type KeyRoll = components['schemas']['KeyRoll'];
export type Rates = components['schemas']['Rates'];
export type Candle = components['schemas']['Candle'];
export type Stats = components['schemas']['Stats'];
export type WindowStats = components['schemas']['WindowStats'];
export type Anomaly = components['schemas']['Anomaly'];
export type Source = components['schemas']['Source'];
export type Alert = components['schemas']['Alert'];
export type NewAlert = components['schemas']['NewAlert'];
export type AlertDetails = components['schemas']['AlertDetails'];
export type AlertChange = components['schemas']['AlertChange'];
export type Delivery = components['schemas']['Delivery'];
export type Attempt = components['schemas']['Attempt'];
export type AlertPreview = components['schemas']['AlertPreview'];
export type NewAlertPreview = components['schemas']['NewAlertPreview'];
export type ImportPlan = components['schemas']['ImportPlan'];
export type ImportedAlerts = components['schemas']['ImportedAlerts'];
export type ImportedAlert = components['schemas']['ImportedAlert'];
export type DeliveryDetails = components['schemas']['DeliveryDetails'];
export type AttemptDetails = components['schemas']['AttemptDetails'];
export type TestedWebhook = components['schemas']['TestedWebhook'];
export type WebhookTest = components['schemas']['WebhookTest'];
export type Recovered = components['schemas']['Recovered'];
export type Recovery = components['schemas']['Recovery'];
export type Endpoint = components['schemas']['Endpoint'];
export type EnabledEndpoint = components['schemas']['EnabledEndpoint'];
export type Enabling = components['schemas']['Enabling'];
export type Violation = components['schemas']['Violation'];
export type Alarm = components['schemas']['Alarm'];
export type ReportStarted = components['schemas']['ReportStarted'];
export type Health = components['schemas']['Health'];
export type Probe = components['schemas']['Probe'];
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Both secrets are shown only this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredUser"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You are gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description The secret is shown only this once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description The key is shown only this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rollKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["KeyRoll"];
            };
        };
        responses: {
            /** @description The new key is shown only this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is refused from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description US dollars by ticker */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rates"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listCandles: {
        parameters: {
            query?: {
                /** @description How long a candle is */
                interval?: "1m" | "5m" | "1h" | "1d";
                /** @description Only candles that begin at this time or later; as many as one answer holds, where it is left out */
                from?: string;
                /** @description Only candles that begin before this time; now, where it is left out */
                to?: string;
            };
            header?: never;
            path: {
                /** @description One of BTC, ETH, DOGE, SOL, BNB, in any case */
                ticker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 1,500 at most, 366 of a day */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Candle"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One of BTC, ETH, DOGE, SOL, BNB, in any case */
                ticker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By window */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAnomalies: {
        parameters: {
            query?: {
                /** @description One of BTC, ETH, DOGE, SOL, BNB, in any case */
                ticker?: string;
                /** @description Only those that started at this time or later */
                since?: string;
                /** @description Only those that started before this time */
                until?: string;
                /** @description How many at most */
                limit?: number;
                /** @description Where a page before ended; follow its `Link` header instead of making one */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Anomaly"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every configured source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openStream: {
        parameters: {
            query?: {
                /** @description The tickers whose quotes are wanted, with commas between them */
                tickers?: string;
                /** @description The last event that you know, where you can not send `Last-Event-ID` */
                last_event_id?: string;
            };
            header?: {
                /** @description The last event that you know: those that you missed come first */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A WebSocket; each message is JSON, as the `data` of an event */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Server-sent events, without end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Only operators, or pages of this origin, may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description The call needs an upgrade to WebSocket, or `Accept: text/event-stream` */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description Only alerts with this status */
                status?: "active" | "paused" | "fired" | "expired";
                /** @description One of BTC, ETH, DOGE, SOL, BNB, in any case */
                ticker?: string;
                /** @description Whether to say when each is looked at next, and where Temporal shows it */
                details?: boolean;
                /** @description How many at most */
                limit?: number;
                /** @description Where a page before ended; follow its `Link` header instead of making one */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 1,000 at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": (components["schemas"]["Alert"] | components["schemas"]["AlertDetails"])[];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createAlert: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name of your own for this request, such as a UUID: 1 to 255 visible ASCII characters */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAlert"];
            };
        };
        responses: {
            /** @description It watches from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertChange"];
            };
        };
        responses: {
            /** @description The alert as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    previewAlert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAlertPreview"];
            };
        };
        responses: {
            /** @description Its firings, the earliest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertPreview"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    importAlerts: {
        parameters: {
            query?: {
                /** @description Whether to say only what would be made */
                dry_run?: boolean;
            };
            header?: {
                /** @description A name of your own for this request, such as a UUID: 1 to 255 visible ASCII characters */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportedAlert"][];
                "text/csv": string;
            };
        };
        responses: {
            /** @description What would be made, of a dry run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPlan"];
                };
            };
            /** @description They watch from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedAlerts"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportAlerts: {
        parameters: {
            query?: {
                /** @description In which form */
                format?: "json" | "csv";
                /** @description Only alerts with this status; those that are active or paused where it is not named */
                status?: "active" | "paused" | "fired" | "expired";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file to be kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedAlert"][];
                    "text/csv": string;
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAllDeliveries: {
        parameters: {
            query?: {
                /** @description Only deliveries with this status */
                status?: "pending" | "delivered" | "failed" | "cancelled" | "skipped";
                /** @description Only those created at this time or later */
                since?: string;
                /** @description Only those created before this time */
                until?: string;
                /** @description How many at most */
                limit?: number;
                /** @description Where a page before ended; follow its `Link` header instead of making one */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetails"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id, the `webhook-id` of every attempt */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetails"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookTest"];
            };
        };
        responses: {
            /** @description The one attempt, whatever came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedWebhook"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    recoverDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Recovery"];
            };
        };
        responses: {
            /** @description They are on their way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovered"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id, the `webhook-id` of every attempt */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetails"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    retryNow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id, the `webhook-id` of every attempt */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is due */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetails"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id, the `webhook-id` of every attempt */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetails"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By host */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enableEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Enabling"];
            };
        };
        responses: {
            /** @description It is enabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnabledEndpoint"];
                };
            };
            /** @description What was sent is not valid JSON, or is taken already */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It can not be done as things stand now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is not declared as what it has to be */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listQuality: {
        parameters: {
            query?: {
                /** @description One of BTC, ETH, DOGE, SOL, BNB, in any case */
                ticker?: string;
                severity?: "info" | "warning" | "critical";
                /** @description Only hours that began at this time or later */
                since?: string;
                /** @description Only hours that began before this time */
                until?: string;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 1,000 at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Violation"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAlarms: {
        parameters: {
            query?: {
                status?: "open" | "closed";
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 1,000 at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alarm"][];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A field can not be accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationError"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    runReport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportStarted"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Only operators, or pages of this origin, may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Rate limit exceeded */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something broke that nobody foresaw */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A part that the answer needs is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Something is down */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They may */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
            /** @description It is about to stop, or has no database */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
}
