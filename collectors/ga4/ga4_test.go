package ga4

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"sync"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
)

// keyed is the settings of a source whose secret is put into a key of a service account: what a test gives as a secret is no key.
type keyed struct {
	Config `yaml:",inline"`
}

// New makes the collector with the key.
func (k *keyed) New(d collector.Deps) collector.Collector {
	c := k.Config
	c.Key = collector.NewSecret(jsonKey(c.Key.Reveal()))
	return c.New(d)
}

// jsonKey is a key of a service account with a text in it that is known.
func jsonKey(id string) string {
	text, err := json.Marshal(map[string]string{"type": "service_account", "project_id": "seuranta-123", "private_key_id": id, "private_key": privateKey(),
		"client_email": "seuranta@seuranta-123.iam.gserviceaccount.com", "client_id": "1", "token_uri": "https://elsewhere.example.org/token"})
	if err != nil {
		panic(err)
	}
	return string(text)
}

var privateKey = sync.OnceValue(func() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
})

// withKey makes a kind whose sources take any secret.
func withKey(k collector.Kind) collector.Kind {
	fresh := k.New
	k.New = func() collector.Config { return &keyed{*fresh().(*Config)} }
	return k
}

func TestCases(t *testing.T) { collectortest.Cases(t, withKey(Kind())) }

func TestDescribed(t *testing.T) { collectortest.Described(t, "testdata/described.yaml") }

func TestConform(t *testing.T) {
	collectortest.Conform(t, withKey(Kind()), collectortest.Suite{
		Case: "good", Halves: "halves",
		Skip: map[string]string{"clocks": "Google puts views into days by the zone of the property; the kind takes them as they come."},
	})
}
