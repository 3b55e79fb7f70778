# The image holds one static binary and what TLS needs: no shell, no package
# manager, nothing to write to.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY internal/chroma/internal/stub ./internal/chroma/internal/stub
RUN go mod download
COPY . .
ARG VERSION=dev
ARG COMMIT=
ARG BUILT=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT} -X main.built=${BUILT}" -o /out/querent ./cmd/querent
RUN mkdir /out/tmp && chmod 1777 /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/tmp /tmp
COPY --from=build /out/querent /usr/local/bin/querent
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/usr/local/bin/querent", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/querent"]
CMD ["serve"]
