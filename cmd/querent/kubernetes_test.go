package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/querent/querent/internal/config"
)

const manifests = ".github/deploy/kubernetes.yaml"

// selector is a Kubernetes label selector.
type selector struct {
	MatchLabels      map[string]string `yaml:"matchLabels"`
	MatchExpressions []struct {
		Key    string
		Values []string
	} `yaml:"matchExpressions"`
}

// takes reports whether the selector takes a pod by its name label.
func (s selector) takes(labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if labels[key] != value {
			return false
		}
	}
	for _, e := range s.MatchExpressions {
		if !slices.Contains(e.Values, labels[e.Key]) {
			return false
		}
	}
	return true
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// manifest is as much of each object as must hold.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Replicas     int
		MinAvailable int       `yaml:"minAvailable"`
		Selector     yaml.Node // a Service's is plain labels
		PodSelector  *selector `yaml:"podSelector"`
		PolicyTypes  []string  `yaml:"policyTypes"`
		Template     struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				Grace           int   `yaml:"terminationGracePeriodSeconds"`
				Automount       *bool `yaml:"automountServiceAccountToken"`
				SecurityContext struct {
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
				} `yaml:"securityContext"`
				Containers []struct {
					Name, Image     string
					Args, Command   []string
					Resources       struct{ Limits map[string]string }
					Liveness        *probe `yaml:"livenessProbe"`
					Readiness       *probe `yaml:"readinessProbe"`
					SecurityContext struct {
						Escalation   *bool `yaml:"allowPrivilegeEscalation"`
						Capabilities struct{ Drop []string }
						ReadOnlyRoot bool `yaml:"readOnlyRootFilesystem"`
					} `yaml:"securityContext"`
				}
			}
		}
	}
}

func readManifests(t *testing.T) (list []manifest) {
	t.Helper()
	documents := yaml.NewDecoder(strings.NewReader(document(t, manifests)))
	for {
		var m manifest
		err := documents.Decode(&m)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
}

// named is the manifest of a kind and a name.
func named(t *testing.T, list []manifest, kind, name string) manifest {
	t.Helper()
	for _, m := range list {
		if m.Kind == kind && m.Metadata.Name == name {
			return m
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return manifest{}
}

// A server would take the manifests: each field is one that Kubernetes has.
func TestManifestsAreKubernetes(t *testing.T) {
	check := func(file string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "go", "run", "-C", filepath.Join("testdata", "kubecheck"), ".", file)
		return cmd.CombinedOutput()
	}
	out, err := check(filepath.Join("..", "..", "..", "..", manifests))
	if err != nil && bytes.Contains(out, []byte("dial tcp")) && os.Getenv("CI") != "true" {
		t.Skip("the checker's modules can't be fetched from here")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := bytes.Count(out, []byte("\n")); n != len(readManifests(t)) {
		t.Errorf("%d objects were looked at:\n%s", n, out)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(wrong, []byte(strings.Replace(document(t, manifests), "  replicas: 2", "  replicaz: 2", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := check(wrong); err == nil || !bytes.Contains(out, []byte("replicaz")) {
		t.Errorf("a wrong field is taken: %v\n%s", err, out)
	}
}

// The manifests have two replicas that are probed where they answer, may not be
// evicted together, and are closed off.
func TestManifestsHold(t *testing.T) {
	list := readManifests(t)
	app := named(t, list, "Deployment", "querent")
	pod := app.Spec.Template.Spec
	if app.Spec.Replicas < 2 || len(pod.Containers) != 1 {
		t.Fatalf("%d replicas of %d containers", app.Spec.Replicas, len(pod.Containers))
	}
	c := pod.Containers[0]
	if c.Liveness == nil || c.Liveness.HTTPGet.Path != "/livez" || c.Readiness == nil || c.Readiness.HTTPGet.Path != "/readyz" {
		t.Errorf("probes: %+v, %+v", c.Liveness, c.Readiness)
	}
	if limit := int((drainLimit + lastLimit).Seconds()); pod.Grace < limit+5 {
		t.Errorf("a pod has %d s to end; it may take %d", pod.Grace, limit)
	}
	if budget := named(t, list, "PodDisruptionBudget", "querent"); budget.Spec.MinAvailable < 1 || budget.Spec.MinAvailable >= app.Spec.Replicas {
		t.Errorf("of %d replicas %d must stay", app.Spec.Replicas, budget.Spec.MinAvailable)
	}
	if all := named(t, list, "NetworkPolicy", "nobody"); len(all.Spec.PodSelector.MatchLabels) > 0 || len(all.Spec.PolicyTypes) != 2 {
		t.Errorf("not everything is closed: %+v", all.Spec)
	}
	for _, m := range list {
		labels := m.Spec.Template.Metadata.Labels
		if len(labels) == 0 {
			continue
		}
		if !slices.ContainsFunc(list, func(p manifest) bool {
			return p.Kind == "NetworkPolicy" && p.Metadata.Name != "nobody" && p.Spec.PodSelector.takes(labels)
		}) {
			t.Errorf("no policy opens %s", m.Metadata.Name)
		}
		holdsPod(t, m)
	}
	for _, m := range list {
		if m.Kind == "Service" || m.Kind == "PodDisruptionBudget" {
			if !selectsAPod(t, m, list) {
				t.Errorf("%s %s selects no pod", m.Kind, m.Metadata.Name)
			}
		}
	}
}

// What starts Redis and makes Postgres's role is the compose file's, which is
// tried against real servers.
func TestManifestsStartAsComposeDoes(t *testing.T) {
	list := readManifests(t)
	compose, text := readCompose(t)
	here := strings.NewReplacer("/run/secrets/querent/", "/run/secrets/", "dir /tmp\n", "")
	same := func(what, ours, theirs string) {
		t.Helper()
		if ours, theirs = here.Replace(ours), strings.ReplaceAll(theirs, "$$", "$"); ours != theirs || ours == "" {
			t.Errorf("%s: here\n%s\nin the compose file\n%s", what, ours, theirs)
		}
	}
	same("Redis", named(t, list, "Deployment", "redis").Spec.Template.Spec.Containers[0].Command[2], compose.Services["redis"].Command[2])
	var configs struct {
		Configs map[string]struct{ Content string }
	}
	if err := yaml.Unmarshal([]byte(text), &configs); err != nil {
		t.Fatal(err)
	}
	same("Postgres", named(t, list, "ConfigMap", "postgres-init").Data["own_role.sh"], configs.Configs["own_role"].Content)
}

// holdsPod looks at what each pod must have.
func holdsPod(t *testing.T, m manifest) {
	t.Helper()
	spec := m.Spec.Template.Spec
	if !spec.SecurityContext.RunAsNonRoot || spec.Automount == nil || *spec.Automount {
		t.Errorf("%s may be root, or has a token", m.Metadata.Name)
	}
	for _, c := range spec.Containers {
		s := c.SecurityContext
		if s.Escalation == nil || *s.Escalation || !slices.Contains(s.Capabilities.Drop, "ALL") {
			t.Errorf("%s may gain rights: %+v", c.Name, s)
		}
		if !s.ReadOnlyRoot && c.Name != "chroma" {
			t.Errorf("%s may write its root", c.Name)
		}
		if c.Resources.Limits["memory"] == "" || c.Resources.Limits["cpu"] == "" {
			t.Errorf("%s has no limits", c.Name)
		}
		if m.Kind != "Job" && (c.Liveness == nil || c.Readiness == nil) {
			t.Errorf("%s is not probed", c.Name)
		}
	}
}

// selectsAPod reports whether a service or a budget selects one of the pods.
func selectsAPod(t *testing.T, m manifest, list []manifest) bool {
	t.Helper()
	var s selector
	var err error
	if m.Kind == "Service" {
		err = m.Spec.Selector.Decode(&s.MatchLabels)
	} else {
		err = m.Spec.Selector.Decode(&s)
	}
	if err != nil || len(s.MatchLabels) == 0 {
		t.Fatalf("%s: %v", m.Metadata.Name, err)
	}
	return slices.ContainsFunc(list, func(p manifest) bool {
		return len(p.Spec.Template.Metadata.Labels) > 0 && s.takes(p.Spec.Template.Metadata.Labels)
	})
}

// The manifests' environment is one that the program takes, and the images are
// the compose file's.
func TestManifestsConfigure(t *testing.T) {
	list := readManifests(t)
	env := named(t, list, "ConfigMap", "querent").Data
	text := document(t, ".env.example")
	for name, value := range env {
		if !strings.Contains(text, name+"=") {
			t.Errorf("nothing reads %s", name)
		}
		if strings.HasSuffix(name, "_FILE") {
			env[name] = filepath.Join(t.TempDir(), filepath.Base(value))
			if err := os.WriteFile(env[name], []byte("made-for-this-test"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cfg, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if !cfg.Secure() || cfg.MetricsListen == "" || len(cfg.TrustedProxies) == 0 || !strings.Contains(cfg.DatabaseURL.Reveal(), "made-for-this-test") {
		t.Errorf("%+v", cfg)
	}
	compose, _ := readCompose(t)
	for _, m := range list {
		for _, c := range m.Spec.Template.Spec.Containers {
			if other, ok := compose.Services[c.Name]; ok && c.Image != other.Image {
				t.Errorf("%s is %s here and %s in the compose file", c.Name, c.Image, other.Image)
			}
			if len(c.Args) == 1 && !slices.ContainsFunc(commands, func(known command) bool { return known.name == c.Args[0] }) {
				t.Errorf("%s runs %v", c.Name, c.Args)
			}
		}
	}
}
