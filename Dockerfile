# syntax=docker/dockerfile:1
# deploy/try-dockerfile.js executes these steps without a container engine; CI uses it.

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Declarations and source maps take half of the disk space, and the service does not use them.
RUN npm ci --omit=dev && find node_modules -type f -regex '.*\.\(d\.[cm]?ts\|map\)' -delete

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY migrations migrations
COPY web web
USER node
EXPOSE 8000
# Checks liveness, not readiness: if the database is unavailable, an orchestrator must not restart every node.
HEALTHCHECK --interval=10s --timeout=10s --start-period=120s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# node is process 1, so it receives SIGTERM and drains.
CMD ["node", "dist/main.js"]
